package dev

import "fmt"

// printWelcome says what to open and what to try.
func (d *development) printWelcome() {
	say := func(format string, values ...any) { _, _ = fmt.Fprintf(d.options.Out, format+"\n", values...) }
	say("\nJansetu runs.\n")
	if d.phone != "" {
		say("  Phone page    %s     write \"Hi\", choose a language, pay an electricity bill", d.phone)
		say("  Emulator      %s/emulator/     make WhatsApp misbehave", d.phone)
	}
	if d.ui != "" {
		say("  Temporal UI   %s     watch the request", d.ui)
		say("  Officers      %s/login     payloads in Temporal's UI: log in as Asha, then turn on \"include cross-origin credentials\" in its codec settings",
			d.settings.PublicURL)
	}
	for _, twin := range d.twins {
		say("  Portal twin   %s     %s: test accounts, what happened there, faults to turn on", twin.url, twin.portal)
	}
	say("\n  The log is %s; state is kept in %s.", d.folder("jansetu.log"), d.options.DataDir)
	say("  Ctrl-C stops everything; starting again goes on where it stopped.")
}
