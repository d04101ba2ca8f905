package dev

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
)

// samplesALine is how many twins are named on one line.
const samplesALine = 4

// printWelcome says what to open and what to try.
func (d *development) printWelcome() {
	table := tabwriter.NewWriter(d.options.Out, 0, 0, 3, ' ', 0)
	say := func(format string, values ...any) { _, _ = fmt.Fprintf(table, format+"\n", values...) }
	say("\nJansetu runs.\n")
	if d.phone != "" {
		say("  Phone page\t%s\twrite \"Hi\", choose a language, pay an electricity bill", d.phone)
		say("  Emulator\t%s/emulator/\tmake WhatsApp misbehave", d.phone)
	}
	if d.ui != "" {
		say("  Temporal UI\t%s\twatch the request", d.ui)
		say("  Officers\t%s/ops/\tlog in as anybody: approvals, portals, the audit log, a department's requests", d.settings.PublicURL)
		say("  Service centre\t%s/desk/\tlog in as John: where does a request stand?", d.settings.PublicURL)
		say("  Payloads\t%s/login\tlog in as Asha; then, in Temporal's UI, behind the glasses: use my browser setting, endpoint %s,",
			d.settings.PublicURL, d.options.CodecEndpoint)
		say("  \t\tinclude cross-origin credentials")
	}
	for _, twin := range d.twins {
		say("  Portal twin\t%s\t%s: test accounts, what happened there, faults to turn on", twin.url, twin.portal)
	}
	say("  All twins\t%s\tthose of the state, and of families that it has no portal of yet, by port:", d.gallery)
	for names := range slices.Chunk(d.samples, samplesALine) {
		say("\t\t%s", strings.Join(names, ", "))
	}
	say("\n  The log is %s; state is kept in %s.", d.folder("jansetu.log"), d.options.DataDir)
	say("  Ctrl-C stops everything; starting again goes on where it stopped.")
	_ = table.Flush() // to a screen
}
