import { describe, expect, test } from 'bun:test'
import { parseQuickAdd, type Span } from '#core/quick-add.ts'
import { renderQuickAdd } from '#core/quick-add-text.ts'
import { MONDAY, said } from './saying.ts'

// It is Monday, 23 November 2026, ten in the morning.

const LINES: Record<string, [line: string, title: string, read: string][]> = {
  'lists and sections': [
    ['Buy milk #Groceries', 'Buy milk', '#Groceries'],
    ['#Groceries buy milk', 'buy milk', '#Groceries'],
    ['Buy #Groceries milk', 'Buy milk', '#Groceries'],
    ['Buy milk #groceries, today', 'Buy milk', '2026-11-23 · #groceries'],
    ['Buy milk #Groceries.', 'Buy milk', '#Groceries'],
    ['Buy milk #"Big project"', 'Buy milk', '#Big project'],
    ['Buy milk #"Big project".', 'Buy milk', '#Big project'],
    ['#"Big project" buy milk', 'buy milk', '#Big project'],
    ['Buy milk #" Big  project "', 'Buy milk', '#Big  project'],
    ['Buy milk #"2027"', 'Buy milk', '#2027'],
    ['Buy milk #Épicerie', 'Buy milk', '#Épicerie'],
    ['Buy milk #Покупки', 'Buy milk', '#Покупки'],
    ['Buy milk #買い物', 'Buy milk', '#買い物'],
    ['Buy milk #قائمة', 'Buy milk', '#قائمة'],
    ['Buy milk #🛒', 'Buy milk', '#🛒'],
    ['Buy milk #👩‍🍳', 'Buy milk', '#👩‍🍳'],
    ['Buy milk #home-office', 'Buy milk', '#home-office'],
    ['Buy milk #R&D', 'Buy milk', '#R&D'],
    ['Buy milk #C++', 'Buy milk', '#C++'],
    ['Buy milk #1on1', 'Buy milk', '#1on1'],
    ['Buy milk #42', 'Buy milk #42', ''],
    ['Buy milk #', 'Buy milk #', ''],
    ['Buy milk # Home', 'Buy milk # Home', ''],
    ['Buy milk ##Home', 'Buy milk ##Home', ''],
    ['Buy milk #Home?', 'Buy milk #Home?', ''],
    ['Buy milk (#Home)', 'Buy milk (#Home)', ''],
    ['Buy milk #"Big project', 'Buy milk #"Big project', ''],
    ['Buy milk #""', 'Buy milk #""', ''],
    ['Buy milk #"Big"project', 'Buy milk #"Big"project', ''],
    ['Buy milk #Home #Work', 'Buy milk #Work', '#Home'],
    ['Buy milk#Home', 'Buy milk#Home', ''],
    ['Plan the sprint #Work /Backlog', 'Plan the sprint', '#Work · /Backlog'],
    ['#Work /Backlog plan the sprint', 'plan the sprint', '#Work · /Backlog'],
    ['Plan #Work /Backlog the sprint', 'Plan the sprint', '#Work · /Backlog'],
    ['Plan the sprint /Backlog', 'Plan the sprint', '/Backlog'],
    ['Plan the sprint /Backlog tomorrow', 'Plan the sprint', '2026-11-24 · /Backlog'],
    ['Plan the sprint #Work /"In progress"', 'Plan the sprint', '#Work · /In progress'],
    ['Clean /tmp on the server', 'Clean /tmp on the server', ''],
    ['/Backlog plan the sprint', '/Backlog plan the sprint', ''],
    ['Plan the sprint /var/log', 'Plan the sprint /var/log', ''],
    ['Plan the sprint /', 'Plan the sprint /', ''],
  ],
  labels: [
    ['Call the bank @phone', 'Call the bank', '@phone'],
    ['@phone call the bank', 'call the bank', '@phone'],
    ['Call @phone the bank', 'Call the bank', '@phone'],
    ['Call the bank @phone @waiting', 'Call the bank', '@phone · @waiting'],
    ['Call the bank @phone, @waiting', 'Call the bank', '@phone · @waiting'],
    ['Call the bank @phone @phone', 'Call the bank', '@phone'],
    ['Call the bank @"on the way"', 'Call the bank', '@on the way'],
    ['Call the bank @5min', 'Call the bank @5min', ''],
    ['Call the bank @', 'Call the bank @', ''],
    ['Mail ben@example.com @phone', 'Mail ben@example.com', '@phone'],
    ['Call the bank @waiting-for', 'Call the bank', '@waiting-for'],
    ['Call the bank @écran', 'Call the bank', '@écran'],
    ['Call the bank @🏦', 'Call the bank', '@🏦'],
  ],
  priorities: [
    ['Pay rent p1', 'Pay rent', 'p1'],
    ['Pay rent p2', 'Pay rent', 'p2'],
    ['Pay rent p3', 'Pay rent', 'p3'],
    ['Pay rent p4', 'Pay rent', 'p4'],
    ['Pay rent p5', 'Pay rent p5', ''],
    ['Pay rent p0', 'Pay rent p0', ''],
    ['Pay rent p11', 'Pay rent p11', ''],
    ['Pay rent P1', 'Pay rent P1', ''],
    ['Pay rent, p1', 'Pay rent', 'p1'],
    ['Pay rent p1.', 'Pay rent p1.', ''],
    ['Pay rent !1', 'Pay rent', 'p1'],
    ['Pay rent !4', 'Pay rent', 'p4'],
    ['!2 pay rent', 'pay rent', 'p2'],
    ['Pay !3 rent', 'Pay rent', 'p3'],
    ['Pay rent !5', 'Pay rent !5', ''],
    ['Pay rent !', 'Pay rent !', ''],
    ['p1 Pay rent', 'Pay rent', 'p1'],
    ['p1: pay rent', 'p1: pay rent', ''],
    ['p1, pay rent', 'pay rent', 'p1'],
    ['p1 tomorrow pay rent', 'pay rent', '2026-11-24 · p1'],
    ['p1 p2 pay rent', 'p1 p2 pay rent', ''],
    ['p1 #Home pay rent', 'pay rent', 'p1 · #Home'],
    ['Pay p1 rent', 'Pay p1 rent', ''],
    ['Pay rent p1 p2', 'Pay rent p1', 'p2'],
    ['Pay rent tomorrow p1', 'Pay rent', '2026-11-24 · p1'],
    ['Pay rent p1 tomorrow', 'Pay rent', '2026-11-24 · p1'],
  ],
  people: [
    ['Buy milk +ana', 'Buy milk', '+ana'],
    ['+ana buy milk', 'buy milk', '+ana'],
    ['Buy milk +ana@example.com', 'Buy milk', '+ana@example.com'],
    ['Buy milk +"Ana Maria"', 'Buy milk', '+Ana Maria'],
    ['Buy milk +José', 'Buy milk', '+José'],
    ['Buy milk + eggs', 'Buy milk + eggs', ''],
    ['Buy milk +1', 'Buy milk +1', ''],
    ['Call +49 30 123456', 'Call +49 30 123456', ''],
    ['Buy milk +ana +ben', 'Buy milk +ben', '+ana'],
  ],
  'start and deadline': [
    ['Renew the passport from monday', 'Renew the passport', 'from 2026-11-30'],
    ['Renew the passport from tomorrow', 'Renew the passport', 'from 2026-11-24'],
    ['Renew the passport starting jan 1', 'Renew the passport', 'from 2027-01-01'],
    ['Renew the passport from 2027-01-01', 'Renew the passport', 'from 2027-01-01'],
    ['from monday renew the passport', 'renew the passport', 'from 2026-11-30'],
    ['Photos from 2019-07-14', 'Photos from 2019-07-14', ''],
    ['Renew the passport {friday}', 'Renew the passport', '{2026-11-27}'],
    ['Renew the passport {27 jan}', 'Renew the passport', '{2027-01-27}'],
    ['Renew the passport { end of month }', 'Renew the passport', '{2026-11-30}'],
    ['Renew {friday} the passport', 'Renew the passport', '{2026-11-27}'],
    ['{friday} renew the passport', 'renew the passport', '{2026-11-27}'],
    ['Renew the passport {friday}.', 'Renew the passport', '{2026-11-27}'],
    ['Renew the passport {friday at 9}', 'Renew the passport {friday at 9}', ''],
    ['Renew the passport {friday', 'Renew the passport {friday', ''],
    ['Renew the passport {soon}', 'Renew the passport {soon}', ''],
    ['Renew the passport {}', 'Renew the passport {}', ''],
    ['Renew the passport x{friday}', 'Renew the passport x{friday}', ''],
    ['Renew the passport tomorrow {friday}', 'Renew the passport', '2026-11-24 · {2026-11-27}'],
    [
      'Renew the passport tomorrow from today {friday}',
      'Renew the passport',
      '2026-11-24 · from 2026-11-23 · {2026-11-27}',
    ],
  ],
  'how long it takes': [
    ['Write the report for 45min', 'Write the report', '45min'],
    ['Write the report for 45m', 'Write the report', '45min'],
    ['Write the report for 45mins', 'Write the report', '45min'],
    ['Write the report for 2h', 'Write the report', '120min'],
    ['Write the report for 1h30m', 'Write the report', '90min'],
    ['Write the report for 1h30min', 'Write the report', '90min'],
    ['Write the report for 1.5h', 'Write the report', '90min'],
    ['for 45min write the report', 'write the report', '45min'],
    ['Write the report tomorrow at 9 for 2h', 'Write the report', '2026-11-24 09:00 · 120min'],
    ['Write the report for 2h tomorrow at 9', 'Write the report', '2026-11-24 09:00 · 120min'],
    ['Write the report tomorrow at 9 for 2 hours', 'Write the report', '2026-11-24 09:00 · 120min'],
    ['Write the report 3pm for an hour', 'Write the report', '2026-11-23 15:00 · 60min'],
    ['Write the report at 3pm for 45 minutes', 'Write the report', '2026-11-23 15:00 · 45min'],
    ['Write the report for 2 hours', 'Write the report for 2 hours', ''],
    ['Write the report tomorrow for 2 hours', 'Write the report tomorrow for 2 hours', ''],
    ['Write the report for 0min', 'Write the report for 0min', ''],
    ['Write the report for 3', 'Write the report for 3', ''],
    ['Write the report for ages', 'Write the report for ages', ''],
    ['Write for 2h the report', 'Write for 2h the report', ''],
  ],
  reminders: [
    ['Dentist at 15:00 !30min before', 'Dentist', '2026-11-23 15:00 · !30'],
    ['Dentist at 15:00 !30min', 'Dentist', '2026-11-23 15:00 · !30'],
    ['Dentist at 15:00 !30 min before', 'Dentist', '2026-11-23 15:00 · !30'],
    ['Dentist at 15:00 !1h before', 'Dentist', '2026-11-23 15:00 · !60'],
    ['Dentist at 15:00 !2 hours before', 'Dentist', '2026-11-23 15:00 · !120'],
    ['Dentist at 15:00 !1 day before', 'Dentist', '2026-11-23 15:00 · !1440'],
    ['Dentist at 15:00 !2d', 'Dentist', '2026-11-23 15:00 · !2880'],
    ['Dentist at 15:00 !1 week before', 'Dentist', '2026-11-23 15:00 · !10080'],
    ['Dentist at 15:00 !0min', 'Dentist', '2026-11-23 15:00 · !0'],
    ['Dentist !30min before tomorrow at 9', 'Dentist', '2026-11-24 09:00 · !30'],
    ['Dentist !30x before', 'Dentist !30x before', ''],
    ['Dentist !9 weeks before', 'Dentist !9 weeks before', ''],
    ['Dentist !1 !30min', 'Dentist', '!30 · p1'],
  ],
  notes: [
    ['Buy milk // the one in glass', 'Buy milk', '// the one in glass'],
    ['Buy milk tomorrow // the one in glass', 'Buy milk', '2026-11-24 · // the one in glass'],
    ['Buy milk // tomorrow p1 #Home', 'Buy milk', '// tomorrow p1 #Home'],
    ['Buy milk // see https://example.com//x', 'Buy milk', '// see https://example.com//x'],
    ['See https://example.com // later', 'See https://example.com', '// later'],
    ['Buy milk // one // two', 'Buy milk', '// one // two'],
    ['Buy milk //one', 'Buy milk //one', ''],
    ['Buy milk// one', 'Buy milk// one', ''],
    ['// buy milk', '// buy milk', ''],
    ['tomorrow // buy milk', 'tomorrow', '// buy milk'],
    ['Buy milk \\// one', 'Buy milk // one', ''],
    ['Buy milk \\// one // two', 'Buy milk // one', '// two'],
    ['Read "a // b" today', 'Read "a // b"', '2026-11-23'],
  ],
  'what is meant as it stands': [
    ['Watch "Tomorrow Never Dies" tomorrow', 'Watch "Tomorrow Never Dies"', '2026-11-24'],
    ['Watch "tomorrow"', 'Watch "tomorrow"', ''],
    ['Watch “tomorrow”', 'Watch “tomorrow”', ''],
    ['Watch "tomorrow", tomorrow', 'Watch "tomorrow"', '2026-11-24'],
    ['Watch "p1 #Home @phone"', 'Watch "p1 #Home @phone"', ''],
    ['Measure 5" pipes tomorrow', 'Measure 5" pipes', '2026-11-24'],
    ['Watch "unclosed tomorrow', 'Watch "unclosed', '2026-11-24'],
    ['Watch \\tomorrow', 'Watch tomorrow', ''],
    ['Watch \\tomorrow tomorrow', 'Watch tomorrow', '2026-11-24'],
    ['Read \\#Home', 'Read #Home', ''],
    ['Read \\@phone \\+ana \\p1 \\!1', 'Read @phone +ana p1 !1', ''],
    ['Read \\"quoted tomorrow', 'Read "quoted', '2026-11-24'],
    ['Read \\\\tomorrow', 'Read \\tomorrow', ''],
    ['Read \\mon,fri, p1', 'Read mon,fri,', 'p1'],
    ['Read \\beta', 'Read \\beta', ''],
    ['Read \\', 'Read \\', ''],
    ['Read a\\tomorrow', 'Read a\\tomorrow', ''],
    ['Read C:\\Users tomorrow', 'Read C:\\Users', '2026-11-24'],
  ],
  'all together': [
    ['Call the plumber tomorrow at 9 p1 #Home', 'Call the plumber', '2026-11-24 09:00 · p1 · #Home'],
    ['#Home p1 tomorrow at 9 call the plumber', 'call the plumber', '2026-11-24 09:00 · p1 · #Home'],
    [
      'Plan the trip from monday {friday} for 45min !30min before #"Move to Lyon" /Ideas @home +ana p3 // bring maps',
      'Plan the trip',
      'from 2026-11-30 · {2026-11-27} · 45min · !30 · p3 · #Move to Lyon · /Ideas · @home · +ana · // bring maps',
    ],
    ['tomorrow p1 #Home', 'tomorrow', 'p1 · #Home'],
    ['every day #Home', 'every day', '#Home'],
    ['p1 #Home', 'p1', '#Home'],
    ['#Home @phone', '#Home', '@phone'],
    ['- tomorrow', '- tomorrow', ''],
    ['🎉 tomorrow', '🎉', '2026-11-24'],
    ['\u200b tomorrow', '\u200b tomorrow', ''],
    ['   Buy milk   tomorrow   ', 'Buy milk', '2026-11-24'],
    ['Buy\tmilk\ntomorrow', 'Buy milk', '2026-11-24'],
    ['\u200fاتصل بالبنك #العمل tomorrow', '\u200fاتصل بالبنك', '2026-11-24 · #العمل'],
    ['להתקשר לאמא @טלפון friday', 'להתקשר לאמא', '2026-11-27 · @טלפון'],
  ],
}

for (const [what, cases] of Object.entries(LINES)) {
  describe(`a line: ${what}`, () => {
    test.each(cases)('%p is %p, %p', (line, title, read) => expect(said(line)).toEqual({ title, read }))
  })
}

describe('a span that was rejected', () => {
  const LINE = 'Call the plumber tomorrow at 9 p1 #Home // soon'
  const all = parseQuickAdd(LINE, MONDAY).spans
  const placed = (...spans: Span[]) => spans.map(({ start, end }) => `${start}-${end}`)
  const spanOf = (kind: Span['kind']) => all.find((span) => span.kind === kind)!

  test('stays in the title, and the others stay as they were', () => {
    const line = parseQuickAdd(LINE, MONDAY, placed(spanOf('due')))
    expect(line.title).toBe('Call the plumber tomorrow at 9')
    expect(line.dueDay).toBeUndefined()
    expect(line.dueTime).toBeUndefined()
    expect([line.priority, line.list, line.notes]).toEqual([1, 'Home', 'soon'])
    expect(line.spans).toEqual(all.filter(({ kind }) => kind !== 'due'))
  })

  test('whichever it is', () => {
    expect(parseQuickAdd(LINE, MONDAY, placed(spanOf('list'))).title).toBe('Call the plumber #Home')
    expect(parseQuickAdd(LINE, MONDAY, placed(spanOf('notes'))).title).toBe('Call the plumber // soon')
    expect(parseQuickAdd(LINE, MONDAY, placed(...all)).title).toBe(LINE)
  })

  test('names a place in the text; any other means nothing', () => {
    for (const rejected of [['0-4'], ['17-18'], ['x'], ['']])
      expect(parseQuickAdd(LINE, MONDAY, rejected)).toEqual(parseQuickAdd(LINE, MONDAY))
  })
})

describe('a line written again', () => {
  test.each([
    ['Buy milk', 'Buy milk'],
    ['Buy milk tomorrow', 'Buy milk on 2026-11-24'],
    ['Buy milk tomorrow at 9', 'Buy milk on 2026-11-24 at 09:00'],
    ['Gym every mon, fri at 9', 'Gym every mon, fri starting 2026-11-27 at 09:00'],
    ['Gym tomorrow every mon', 'Gym on 2026-11-24 every mon starting 2026-11-30'],
    ['Buy milk p1 #"Big project" @phone +ana', 'Buy milk p1 #"Big project" @phone +ana'],
    ['Write from monday {friday} for 90min', 'Write from 2026-11-30 for 1h30min {2026-11-27}'],
    ['Watch \\tomorrow', 'Watch \\tomorrow'],
    ['Watch "tomorrow" today', 'Watch "tomorrow" on 2026-11-23'],
    ['Buy milk // the one in glass', 'Buy milk // the one in glass'],
  ])('%p is %p', (line, again) => expect(renderQuickAdd(parseQuickAdd(line, MONDAY))).toBe(again))
})
