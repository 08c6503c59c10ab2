"""Pictures, PDF, video and audio files: what a file is, how large, and a copy of it that tells nothing else.

`kinds` finds the type from the content, `limited` does everything else in a child process with limits, so
that a hostile file can at the most end the child. `pictures`, `pdf`, `boxes` and `mp3` run inside it.
"""
