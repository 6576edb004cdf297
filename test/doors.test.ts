import { expect, test } from 'bun:test'
import { world } from '#test/world.ts'

// Whoever adds a way in adds it here too, and thereby says aloud who may take it.
const DOORS = `
GET  /                              user
GET  /.well-known/:name             public
GET  /.well-known/change-password   public
GET  /.well-known/security.txt      public
GET  /account                       user
GET  /account/activity              user
GET  /account/confirm               user
GET  /account/delete                sudo
GET  /account/email                 sudo
GET  /account/export                user
GET  /account/passkeys              user
GET  /account/passkeys/:id          user
GET  /account/passkeys/new          sudo
GET  /account/password              user
GET  /account/review                user
GET  /account/sessions              user
GET  /account/sign-in               user
GET  /account/tokens                user
GET  /account/tokens/new            sudo
GET  /account/two-factor            user
GET  /account/two-factor/set-up     sudo
GET  /admin                         admin
GET  /admin/people                  admin
GET  /admin/people/:id/make-admin   admin
GET  /admin/people/:id/reset-factors admin
GET  /admin/settings                admin
GET  /api/v1/me                     token
GET  /auth/:provider/callback       public
GET  /auth/:provider/refused/:why   public
GET  /completed                     user
GET  /email/cancel                  public
GET  /email/cancel/:token           public
GET  /email/cancelled               public
GET  /email/confirm                 public
GET  /email/confirm/:token          public
GET  /events                        user
GET  /filters                       user
GET  /filters/:id                   user
GET  /forgot                        public
GET  /forgot/sent                   public
GET  /help/keys                     user
GET  /inbox                         user
GET  /invite                        public
GET  /invite/:token                 public
GET  /labels                        user
GET  /labels/:id                    user
GET  /labels/:id/edit               user
GET  /lists                         user
GET  /lists/:id                     user
GET  /lists/:id/board               user
GET  /lists/:id/completed           user
GET  /lists/:id/edit                user
GET  /login                         public
GET  /login/passkey                 public
GET  /login/recovery                public
GET  /login/second                  public
GET  /logout                        public
GET  /register                      public
GET  /register/confirm              public
GET  /register/confirm/:token       public
GET  /register/sent                 public
GET  /reset                         public
GET  /reset/:token                  public
GET  /search                        user
GET  /sections/:id/edit             user
GET  /setup                         public
GET  /setup/:token                  public
GET  /tasks/:id                     user
GET  /tasks/:id/history             user
GET  /tasks/:id/move                user
GET  /tasks/:id/recurrence          user
GET  /today                         user
GET  /trash                         user
GET  /trash/empty                   user
GET  /upcoming                      user
GET  /verify                        public
GET  /verify/:token                 public
POST /account                       user
POST /account/confirm               user
POST /account/confirm/:provider     user
POST /account/delete                sudo
POST /account/email                 sudo
POST /account/email/keep            sudo
POST /account/export                sudo
POST /account/passkeys              sudo
POST /account/passkeys/:id/remove   sudo
POST /account/passkeys/:id/rename   sudo
POST /account/passkeys/confirm      user
POST /account/passkeys/question     sudo
POST /account/password              user
POST /account/review                user
POST /account/sessions/:id/end      sudo
POST /account/sessions/end-others   sudo
POST /account/sign-in/:provider     sudo
POST /account/sign-in/unlink        sudo
POST /account/tokens                sudo
POST /account/tokens/:id/revoke     sudo
POST /account/two-factor            sudo
POST /account/two-factor/codes      sudo
POST /account/two-factor/off        sudo
POST /account/two-factor/set-up     sudo
POST /account/verify                user
POST /admin/people/:id/disable      admin
POST /admin/people/:id/enable       admin
POST /admin/people/:id/end-sessions admin
POST /admin/people/:id/make-admin   admin
POST /admin/people/:id/reset-factors admin
POST /admin/people/:id/reset-link   admin
POST /admin/people/:id/take-admin   admin
POST /admin/people/invitations/:id/revoke admin
POST /admin/people/invite           admin
POST /admin/settings                admin
POST /admin/test-mail               admin
POST /auth/:provider                public
POST /email/cancel                  public
POST /email/confirm                 public
POST /filters                       user
POST /filters/:id/delete            user
POST /filters/:id/edit              user
POST /filters/:id/move              user
POST /forgot                        public
POST /inbox/completed               user
POST /invite                        public
POST /labels                        user
POST /labels/:id/delete             user
POST /labels/:id/edit               user
POST /labels/:id/move               user
POST /lists                         user
POST /lists/:id/archive             user
POST /lists/:id/delete              user
POST /lists/:id/edit                user
POST /lists/:id/move                user
POST /lists/:id/restore             user
POST /lists/:id/sections            user
POST /lists/:id/unarchive           user
POST /login                         public
POST /login/passkey                 public
POST /login/passkey/question        public
POST /login/recovery                public
POST /login/second                  public
POST /login/second/passkey          public
POST /login/second/question         public
POST /logout                        public
POST /redo                          user
POST /redo/:op                      user
POST /register                      public
POST /register/confirm              public
POST /reset                         public
POST /sections/:id/delete           user
POST /sections/:id/edit             user
POST /sections/:id/move             user
POST /setup                         public
POST /tasks                         user
POST /tasks/:id/cancel              user
POST /tasks/:id/complete            user
POST /tasks/:id/delete              user
POST /tasks/:id/edit                user
POST /tasks/:id/file                user
POST /tasks/:id/move                user
POST /tasks/:id/recurrence          user
POST /tasks/:id/reopen              user
POST /tasks/:id/restore             user
POST /tasks/:id/skip                user
POST /tasks/bulk                    user
POST /today/reschedule              user
POST /trash/empty                   user
POST /undo                          user
POST /undo/:op                      user
POST /verify                        public
`

const { app } = await world()

test('these are all the ways in, and who may take them', () => {
  const doors = app.routes.map(({ method, path, access }) => `${method.padEnd(4)} ${path.padEnd(30)} ${access}`)
  expect(doors.sort()).toEqual(DOORS.trim().split('\n').sort())
})

test('no two routes answer the same address', () => {
  const shapes = app.routes.map(({ method, path }) => `${method} ${path.replace(/:\w+/g, ':')}`)
  expect(new Set(shapes).size).toBe(shapes.length)
})
