import { sql } from 'kysely'
import type { Step } from '../migrate.ts'

/** The order of what people did and what of it is undone, so that undo and redo can walk along it. */
export const walking: Step = {
  name: '0005-walking',
  up: async (run, { key }) => {
    await run(sql`alter table ops add column act_id ${key}`)
    await run(sql`alter table ops add column turn integer`)
    await run(sql`alter table ops add column stands integer check (stands in (0, 1))`)
    await run(sql`alter table ops add column undone_by ${key}`)
    await run(sql`alter table ops add column undone_turn integer`)

    // What was undone before there were turns stays as it is: going back passes it by.
    await run(sql`update ops set stands = 1, turn = earlier.number
      from (select user_id, op_id, row_number() over (partition by user_id order by at, op_id) as number from ops) as earlier
      where earlier.user_id = ops.user_id and earlier.op_id = ops.op_id and ops.undoes is null
        and exists (select 1 from changes where changes.user_id = ops.user_id and changes.op_id = ops.op_id)
        and not exists (select 1 from ops as later where later.user_id = ops.user_id and later.undoes = ops.op_id)`)

    // However many ops there are, the next step back and the next step forth are the first entry of an index.
    await run(sql`create index turns on ops (user_id, turn) where stands is not null`)
    await run(sql`create index undone_turns on ops (user_id, undone_turn) where stands = 0`)
    await run(sql`create index standing_turns on ops (user_id, turn, op_id) where stands = 1`)
  },
}
