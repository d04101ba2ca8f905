package config

import (
	"fmt"
	"io"
	"reflect"
	"text/tabwriter"
)

// WriteHelp lists every variable with its default and its meaning, one a line, from the tags of [Config].
func WriteHelp(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	if _, err := fmt.Fprintln(table, "VARIABLE\tDEFAULT\tMEANING"); err != nil {
		return fmt.Errorf("write configuration help: %w", err)
	}
	writeFields(table, reflect.TypeFor[Config]())
	fmt.Fprintln(table, "JANSETU_PORTAL_<NAME>_URL\t\taddress of a portal, overriding the state's file; jansetu dev starts the twin when it is not set")
	fmt.Fprintln(table, "JANSETU_PORTAL_<NAME>_MAINTENANCE\t\twhen a portal is down on purpose, overriding the state's file: "+
		"23:45-00:15,02:00-03:00 or none; none for the twins of jansetu dev")
	fmt.Fprintln(table, "JANSETU_PORTAL_<NAME>_<KEY>\t\tcredential of a portal: KEY_ID, KEY_SECRET, WEBHOOK_SECRET, USERNAME, PASSWORD, API_KEY, TOKEN (secret)")
	if err := table.Flush(); err != nil {
		return fmt.Errorf("write configuration help: %w", err)
	}
	return nil
}

func writeFields(w io.Writer, structure reflect.Type) {
	for field := range structure.Fields() {
		if field.Type.Kind() == reflect.Struct {
			writeFields(w, field.Type)
			continue
		}
		name := field.Tag.Get("env")
		if name == "" {
			continue
		}
		meaning := field.Tag.Get("help")
		if field.Tag.Get("secret") == "true" {
			meaning += " (secret)"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", name, field.Tag.Get("envDefault"), meaning)
	}
}
