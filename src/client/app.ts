import * as Turbo from '@hotwired/turbo'
import { startArriving } from './controllers/arriving.ts'
import { startClock } from './controllers/clock.ts'
import { startDrafts } from './controllers/draft.ts'
import { startFirstPage, startOfflinePage } from './controllers/kept.ts'
import { startLeaving } from './controllers/leaving.ts'
import { startLive } from './controllers/live.ts'
import { startNear } from './controllers/near.ts'
import { startNotices } from './controllers/notices.ts'
import { startOlder } from './controllers/older.ts'
import { startPassing } from './controllers/passing.ts'
import { startToasts } from './controllers/toast.ts'
import { startUnfold } from './controllers/unfold.ts'
import { startVersion } from './controllers/version.ts'
import { startWaiting } from './controllers/waiting.ts'
import { startEndings } from './endings.ts'
import { startOutbox } from './outbox.ts'
import { onEveryPage, person } from './page.ts'
import { startReading } from './reading.ts'
import { startRefreshing } from './refresh.ts'
import { startVisits } from './visits.ts'

// Disabling a pressed button takes the focus away from the person who pressed it.
Turbo.config.forms.submitter = 'aria-disabled'

if (startLeaving()) {
  startEndings()
  startNotices()
  startToasts()
  onEveryPage(startPasswords)
  startUnfold()
  startClock()
  startArriving()
  startDrafts()
  startVisits()
  startOlder()
  startWaiting()
  void startOutbox()
  startRefreshing()
  startNear()
  startReading()
  startLive()
  startPassing()
  startOfflinePage()
  if (person()) void startVersion()
  startFirstPage()
}

function startPasswords(): void {
  if (document.querySelector('.with-reveal')) void import('./passwords.ts')
}
