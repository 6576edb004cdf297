import { startArranging } from './controllers/arranging.ts'
import { startKeys } from './controllers/keys.ts'
import { startMenu } from './controllers/menu.ts'
import { startPaste } from './controllers/paste.ts'
import { startPreview } from './controllers/preview.ts'
import { startRename } from './controllers/rename.ts'
import { startSelect } from './controllers/select.ts'
import { startSort } from './controllers/sort.ts'
import { startEffects } from './effects/all.ts'

/** All that answers to hands at a row. Loaded when the first of them comes near (controllers/near.ts). */
export function startHands(): void {
  startEffects()
  startMenu()
  startRename()
  startSort()
  startArranging()
  startSelect()
  startPaste()
  startPreview()
  // After those that answer to keys of their own.
  startKeys()
}
