"""The to-do app of the lesson (docs/lesson.md), for comparing speed.

It has what the lesson has: a session that remembers an e-mail, a check before every request, models,
templates. Two things are better than there, so that the comparison is fair: an index on
owner_id, and the owner is asked for by id. Not for use: its weaknesses are described in docs/lesson.md.
"""

import hashlib
import os
import secrets
from datetime import datetime

from flask import Flask, flash, redirect, render_template, request, session, url_for
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///" + os.environ["DATABASE"]
app.secret_key = os.environ["SECRET"]
db = SQLAlchemy(app)


class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    email = db.Column(db.String(120), unique=True, nullable=False)
    pw_hash = db.Column(db.String(120), nullable=False)
    tasks = db.relationship("Task", backref="owner")


class Task(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(120), nullable=False)
    completed = db.Column(db.Boolean, nullable=False, default=False)
    completed_at = db.Column(db.DateTime)
    owner_id = db.Column(db.Integer, db.ForeignKey("user.id"), nullable=False, index=True)


def hashed(password, salt=None):
    salt = salt or secrets.token_hex(8)
    return salt + "," + hashlib.sha256((password + salt).encode()).hexdigest()


def matches(password, pw_hash):
    return secrets.compare_digest(hashed(password, pw_hash.split(",")[0]), pw_hash)


@app.before_request
def require_login():
    if request.endpoint not in ("login", "register", "static") and "email" not in session:
        return redirect(url_for("login"))


@app.route("/login", methods=["GET", "POST"])
def login():
    if request.method == "POST":
        user = User.query.filter_by(email=request.form["email"]).first()
        if user and matches(request.form["password"], user.pw_hash):
            session["email"] = user.email
            return redirect(url_for("index"))
        flash("The e-mail or the password is not right.", "error")
    return render_template("login.html")


@app.route("/register", methods=["GET", "POST"])
def register():
    if request.method == "POST":
        if User.query.filter_by(email=request.form["email"]).first():
            flash("There is already an account with this e-mail.", "error")
        elif request.form["password"] != request.form["verify"]:
            flash("The two passwords are not the same.", "error")
        else:
            user = User(email=request.form["email"], pw_hash=hashed(request.form["password"]))
            db.session.add(user)
            db.session.commit()
            session["email"] = user.email
            return redirect(url_for("index"))
    return render_template("register.html")


@app.route("/logout", methods=["POST"])
def logout():
    session.pop("email", None)
    return redirect(url_for("login"))


def logged_in_user():
    return User.query.filter_by(email=session["email"]).first()


@app.route("/", methods=["GET", "POST"])
def index():
    owner = logged_in_user()
    if request.method == "POST":
        db.session.add(Task(name=request.form["task"], owner_id=owner.id))
        db.session.commit()
        return redirect(url_for("index"))
    tasks = Task.query.filter_by(owner_id=owner.id, completed=False).all()
    today = datetime.now().replace(hour=0, minute=0, second=0, microsecond=0)
    done_today = Task.query.filter(
        Task.owner_id == owner.id, Task.completed.is_(True), Task.completed_at >= today
    ).count()
    return render_template("inbox.html", title="Inbox", user=owner, tasks=tasks, done_today=done_today)


@app.route("/complete/<int:task_id>", methods=["POST"])
def complete(task_id):
    task = Task.query.filter_by(id=task_id, owner_id=logged_in_user().id).first_or_404()
    task.completed = True
    task.completed_at = datetime.now()
    db.session.commit()
    return redirect(url_for("index"))
