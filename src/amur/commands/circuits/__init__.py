"""`amur circuits`: runs a Circuitscape job from files to files, checked beforehand and resumable."""
