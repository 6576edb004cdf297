import { describe, expect, test } from 'bun:test'
import { occurrences } from '#core/recurrence.ts'
import { Refusal } from '#core/refusal.ts'
import { fromRRule } from '#core/rrule.ts'
import { instantOf, wallClockIn } from '#core/wall-clock.ts'

describe('the instant of a day and a time', () => {
  test.each([
    ['in winter', '2026-01-15', '09:00', 'Europe/Berlin', '2026-01-15T08:00Z'],
    ['in summer', '2026-07-15', '09:00', 'Europe/Berlin', '2026-07-15T07:00Z'],
    ['in a gap, Berlin', '2026-03-29', '02:30', 'Europe/Berlin', '2026-03-29T01:00Z'],
    ['at the beginning of a gap', '2026-03-29', '02:00', 'Europe/Berlin', '2026-03-29T01:00Z'],
    ['at its end', '2026-03-29', '03:00', 'Europe/Berlin', '2026-03-29T01:00Z'],
    ['before it', '2026-03-29', '01:59', 'Europe/Berlin', '2026-03-29T00:59Z'],
    ['twice, Berlin', '2026-10-25', '02:30', 'Europe/Berlin', '2026-10-25T00:30Z'],
    ['after that', '2026-10-25', '03:00', 'Europe/Berlin', '2026-10-25T02:00Z'],
    ['in a gap, New York', '2026-03-08', '02:30', 'America/New_York', '2026-03-08T07:00Z'],
    ['twice, New York', '2026-11-01', '01:30', 'America/New_York', '2026-11-01T05:30Z'],
    ['in a gap of half an hour', '2026-10-04', '02:10', 'Australia/Lord_Howe', '2026-10-03T15:30Z'],
    ['twice in half an hour', '2026-04-05', '01:45', 'Australia/Lord_Howe', '2026-04-04T14:45Z'],
    ['in a gap at midnight', '2026-09-06', '00:00', 'America/Santiago', '2026-09-06T04:00Z'],
    ['twice before midnight', '2026-04-04', '23:30', 'America/Santiago', '2026-04-05T02:30Z'],
    ['when Ramadan begins', '2026-02-15', '02:30', 'Africa/Casablanca', '2026-02-15T01:30Z'],
    ['on a day that there was not', '2011-12-30', '10:00', 'Pacific/Apia', '2011-12-30T10:00Z'],
    ['on the day after', '2011-12-31', '00:00', 'Pacific/Apia', '2011-12-30T10:00Z'],
    ['when the time of the sun was left', '1883-11-18', '12:02', 'America/New_York', '1883-11-18T16:58:02Z'],
    ['on the last day', '9999-12-31', '23:59', 'UTC', '9999-12-31T23:59Z'],
    ['on the first', '0001-01-01', '00:00', 'UTC', '0001-01-01T00:00Z'],
  ])('%s', (_, day, time, zone, expected) => expect(instantOf(day, time, zone)).toEqual(new Date(expected)))

  test('a time stays on the clock when the clocks change, in both hemispheres', () => {
    const weekly = fromRRule('FREQ=WEEKLY;COUNT=3', '2026-03-22')
    const instants = (zone: string) =>
      occurrences(weekly, '2026-03-22', 3).map((day) => instantOf(day, '09:00', zone).toISOString().slice(0, 16))
    expect(instants('Europe/Berlin')).toEqual(['2026-03-22T08:00', '2026-03-29T07:00', '2026-04-05T07:00'])
    expect(instants('Australia/Lord_Howe')).toEqual(['2026-03-21T22:00', '2026-03-28T22:00', '2026-04-04T22:30'])
  })

  test.each(['Europe/Atlantis', '', 'a'.repeat(1000), '../etc/passwd'])('is not known in the zone %p', (zone) => {
    expect(() => instantOf('2026-11-23', '09:00', zone)).toThrow(Refusal)
    expect(() => instantOf('2026-11-23', '09:00', zone)).toThrow(/^There is no time zone “/)
  })
})

test.each([
  ['Europe/Berlin', '2026-10-25T00:30Z', '2026-10-25', '02:30'],
  ['Europe/Berlin', '2026-10-25T01:30Z', '2026-10-25', '02:30'],
  ['Pacific/Apia', '2011-12-30T09:59Z', '2011-12-29', '23:59'],
  ['Pacific/Apia', '2011-12-30T10:00Z', '2011-12-31', '00:00'],
  ['Asia/Kathmandu', '2026-11-23T18:15Z', '2026-11-24', '00:00'],
])('clocks in %s at %s show %s %s', (zone, at, day, time) =>
  expect(wallClockIn(zone, new Date(at))).toEqual({ day, time }),
)
