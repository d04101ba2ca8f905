package dev

import "io"

// Announce shows how a part starts and is ready.
func Announce(out io.Writer, name, where string) { newProgress(out).begin(name)(where) }

// NameFlag is what a person reads of an error of a start.
func (o *Options) NameFlag(err error) error { return o.nameFlag(err) }

// NextTwinPort is the port of the next portal's twin.
func (o *Options) NextTwinPort(taken map[string]int) int {
	return (&development{options: *o}).freeTwinPort(taken)
}

// Claim makes the data folder a state's.
func (o *Options) Claim(state string) error { return o.claim(state) }
