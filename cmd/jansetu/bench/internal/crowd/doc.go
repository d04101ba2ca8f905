// Package crowd simulates citizens. Each waits for the reply to its last message and then takes its next step from what that reply
// offers, so choices are pressed by the ids the hub gave. Every message expects exactly one reply: the crowd counts those that never
// came and those that came without being asked for. It knows nothing of HTTP.
package crowd
