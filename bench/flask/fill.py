"""Makes the database of app.py: python3 fill.py PEOPLE PASSWORD, with one title a line on standard input."""

import sys

from app import Task, User, app, db, hashed

people, password = int(sys.argv[1]), sys.argv[2]
titles = sys.stdin.read().split("\n")
with app.app_context():
    db.create_all()
    pw_hash = hashed(password)
    db.session.bulk_insert_mappings(
        User, [{"id": n, "email": f"person{n}@example.com", "pw_hash": pw_hash} for n in range(1, people + 1)]
    )
    db.session.bulk_insert_mappings(
        Task, [{"name": title, "completed": False, "owner_id": n} for n in range(1, people + 1) for title in titles]
    )
    db.session.commit()
