package process

import "syscall"

// attributes puts the child in a process group of its own, so that Ctrl-C on the terminal reaches us alone and we stop the
// services in order; the kernel asks the child to end if we are killed.
func attributes(user *syscall.Credential, onDeath syscall.Signal) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Credential: user, Pdeathsig: onDeath}
}
