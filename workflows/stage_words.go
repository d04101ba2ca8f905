package workflows

// Words say where a request stands, to whoever works with it: no citizen's words, and nobody's data.
func (s Stage) Words() string { return s.meaning().words }

// WaitingFor is whom or what a request at this stage waits for: a value of the search attribute JansetuWaitingFor.
func (s Stage) WaitingFor() string { return s.meaning().waitingFor }
