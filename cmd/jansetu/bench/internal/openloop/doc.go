// Package openloop paces work at a fixed arrival rate and measures it from the moment each piece was due, so that a slow
// answer neither slows the arrivals down nor hides itself (no coordinated omission). It knows nothing of what is sent.
package openloop
