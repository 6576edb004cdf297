import { startReveal } from './controllers/reveal.ts'
import { startStrength } from './controllers/strength.ts'

// What fields for passwords do by script. Loaded where there is one: most pages have none.
startReveal()
startStrength()
