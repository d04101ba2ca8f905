//go:build unix && !linux

package process

import "syscall"

// attributes puts the child in a process group of its own, so that Ctrl-C on the terminal reaches us alone and we stop the
// services in order. There is no parent-death signal here: StopStray ends what a killed run left behind.
func attributes(user *syscall.Credential, _ syscall.Signal) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Credential: user}
}
