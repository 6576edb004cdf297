import { sql } from 'kysely'
import type { Step } from '../migrate.ts'

/** People, their sessions, what protects the door, and what happened there. */
export const people: Step = {
  name: '0001-people',
  up: async (run, { key, text }) => {
    await run(sql`create table instance (
      id integer primary key check (id = 1),
      admin_id ${key},
      key_check ${key},
      created_at ${key} not null
    )`)

    await run(sql`create table users (
      id ${key} primary key,
      public_id ${key} not null unique,
      email ${text} not null,
      email_canon ${key} not null unique,
      name ${text} not null,
      role ${key} not null check (role in ('user', 'admin')),
      status ${key} not null check (status in ('active', 'disabled')),
      password_phc ${key},
      cred_version integer not null,
      zone ${key} not null,
      locale ${key} not null,
      week_start ${key} not null,
      theme ${key} not null,
      seq integer not null,
      created_at ${key} not null
    )`)

    await run(sql`create table sessions (
      id ${key} primary key,
      token_mac ${key} not null unique,
      key_id ${key} not null,
      public_id ${key} not null unique,
      user_id ${key} not null references users (id) on delete cascade,
      cred_version integer not null,
      amr ${key} not null,
      auth_at ${key} not null,
      sudo_until ${key},
      persistent integer not null,
      created_at ${key} not null,
      last_seen_at ${key} not null,
      idle_expires_at ${key} not null,
      absolute_expires_at ${key} not null,
      cookie_sent_at ${key} not null,
      ip_first ${key} not null,
      ip_last ${key} not null,
      user_agent ${text} not null
    )`)
    await run(sql`create index sessions_of_user on sessions (user_id, last_seen_at)`)
    await run(sql`create index sessions_by_end on sessions (absolute_expires_at)`)

    await run(sql`create table session_values (
      session_id ${key} not null references sessions (id) on delete cascade,
      key ${key} not null,
      value ${text} not null,
      primary key (session_id, key)
    )`)

    await run(sql`create table known_devices (
      mac ${key} not null,
      user_id ${key} not null references users (id) on delete cascade,
      first_seen_at ${key} not null,
      last_seen_at ${key} not null,
      user_agent ${text} not null,
      primary key (mac, user_id)
    )`)
    await run(sql`create index known_devices_of_user on known_devices (user_id)`)

    await run(sql`create table throttles (
      key ${key} primary key,
      hits integer not null,
      window_ends_at ${key} not null,
      blocked_until ${key}
    )`)
    await run(sql`create index throttles_by_end on throttles (window_ends_at)`)

    await run(sql`create table auth_events (
      id ${key} primary key,
      at ${key} not null,
      type ${key} not null,
      user_id ${key} references users (id) on delete cascade,
      session_public_id ${key},
      ip ${key} not null,
      user_agent ${text} not null,
      detail ${text} not null
    )`)
    await run(sql`create index auth_events_of_user on auth_events (user_id, at)`)
    await run(sql`create index auth_events_by_time on auth_events (at)`)
  },
}
