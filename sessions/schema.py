"""The store's tables, as the ordered migrations that lead from an empty file to today's."""

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE sessions (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            created TEXT NOT NULL,
            last_used TEXT NOT NULL,
            title TEXT NOT NULL,
            loaded TEXT NOT NULL -- JSON: the settings of what was loaded
        ) STRICT""",
        """CREATE TABLE cards (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            session TEXT NOT NULL REFERENCES sessions (id),
            kind TEXT NOT NULL,
            training_run TEXT,
            step INTEGER,
            json TEXT NOT NULL
        ) STRICT""",
        "CREATE INDEX cards_of_session ON cards (session, number)",
        "CREATE INDEX cards_of_step ON cards (training_run, step)",
        """CREATE TABLE messages (
            id INTEGER PRIMARY KEY,
            session TEXT NOT NULL REFERENCES sessions (id),
            role TEXT NOT NULL CHECK (role IN ('user', 'agent')),
            text TEXT NOT NULL,
            created TEXT NOT NULL,
            card TEXT REFERENCES cards (id)
        ) STRICT""",
        "CREATE INDEX messages_of_session ON messages (session, id)",
        "CREATE TABLE suites (hash TEXT PRIMARY KEY, json TEXT NOT NULL) STRICT",
        """CREATE TABLE runs (
            id INTEGER PRIMARY KEY,
            session TEXT NOT NULL REFERENCES sessions (id),
            key TEXT NOT NULL, -- the plan step that it belongs to
            suite TEXT NOT NULL REFERENCES suites (hash),
            method TEXT NOT NULL,
            settings TEXT NOT NULL, -- JSON
            weights_hash TEXT,
            training_run TEXT,
            step INTEGER,
            status TEXT NOT NULL CHECK (status IN ('running', 'done', 'stopped')),
            started TEXT NOT NULL,
            ended TEXT
        ) STRICT""",
        "CREATE INDEX runs_of_key ON runs (session, key)",
        "CREATE INDEX runs_of_step ON runs (training_run, step)",
        """CREATE TABLE credits (
            run INTEGER NOT NULL REFERENCES runs (id),
            case_id TEXT NOT NULL,
            json TEXT NOT NULL,
            PRIMARY KEY (run, case_id)
        ) STRICT""",
    ),
    (
        """CREATE TABLE labels (
            id INTEGER PRIMARY KEY,
            sae TEXT NOT NULL, -- hash of the SAE's weights
            feature INTEGER NOT NULL,
            label TEXT NOT NULL,
            method TEXT NOT NULL, -- how it was made
            kept INTEGER NOT NULL CHECK (kept IN (0, 1)), -- 0: proposed and found no better
            details TEXT NOT NULL, -- JSON
            created TEXT NOT NULL
        ) STRICT""",
        "CREATE INDEX labels_of_feature ON labels (sae, feature, id)",
        """CREATE TABLE excluded_features (
            sae TEXT NOT NULL, -- hash of the SAE's weights
            feature INTEGER NOT NULL,
            reason TEXT NOT NULL,
            created TEXT NOT NULL,
            PRIMARY KEY (sae, feature)
        ) STRICT""",
    ),
    (
        """CREATE TABLE edits (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            session TEXT NOT NULL REFERENCES sessions (id),
            request_key TEXT NOT NULL, -- the plan step that it belongs to
            status TEXT NOT NULL CHECK (status IN ('active', 'rolled back', 'ended')),
            json TEXT NOT NULL
        ) STRICT""",
        "CREATE INDEX edits_of_session ON edits (session, number)",
    ),
    (
        """CREATE TABLE evaluated_edits (
            evaluation TEXT NOT NULL, -- hash of the weights, the facts and the settings
            fact INTEGER NOT NULL, -- its number in the file
            json TEXT NOT NULL,
            PRIMARY KEY (evaluation, fact)
        ) STRICT""",
    ),
    (
        """CREATE TABLE slack_threads (
            channel TEXT NOT NULL,
            thread TEXT NOT NULL, -- timestamp of its first message
            session TEXT NOT NULL REFERENCES sessions (id),
            PRIMARY KEY (channel, thread)
        ) STRICT""",
        "CREATE TABLE slack_seen (key TEXT PRIMARY KEY, seen TEXT NOT NULL) STRICT",
        """CREATE TABLE slack_jobs (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            channel TEXT NOT NULL,
            thread TEXT, -- null until the message that opens the thread is there
            user TEXT NOT NULL,
            wish TEXT NOT NULL, -- JSON
            status TEXT NOT NULL CHECK (status IN ('queued', 'running', 'asked', 'done', 'failed', 'stopped')),
            progress TEXT, -- timestamp of the message that tells how far it is
            begun INTEGER NOT NULL DEFAULT 0, -- the session's last message when the work began
            told INTEGER NOT NULL DEFAULT 0, -- the session's message up to which the thread was told
            exports TEXT NOT NULL DEFAULT '[]', -- JSON: what to upload when the work is done
            created TEXT NOT NULL,
            started TEXT,
            ended TEXT
        ) STRICT""",
        "CREATE INDEX slack_jobs_by_status ON slack_jobs (status, id)",
        """CREATE TABLE slack_outbox (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            job INTEGER REFERENCES slack_jobs (id),
            channel TEXT NOT NULL,
            thread TEXT,
            kind TEXT NOT NULL,
            payload TEXT NOT NULL, -- JSON
            created TEXT NOT NULL
        ) STRICT""",
    ),
)
"""Each is done once, whole or not at all. Only ever add to the end: stores with the earlier ones are out there."""

VERSION = len(MIGRATIONS)
"""Kept in the file as `PRAGMA user_version`."""

APPLICATION_ID = 0x42574854
"""Marks the file as Benchwright's (`PRAGMA application_id`), so that no other program's database is changed."""
