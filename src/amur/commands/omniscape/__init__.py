"""`amur omniscape`: runs an omnidirectional job from files to files, checked beforehand and resumable."""
