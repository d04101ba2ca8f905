package dev

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/jansetu/jansetu/cmd/jansetu/twins"
	whatsapppay "github.com/jansetu/jansetu/connectors/payments/whatsapp"
	"github.com/jansetu/jansetu/workflows"
)

// ErrPayments says that a state's payments cannot be made another way.
var ErrPayments = errors.New("the state's payments cannot be changed")

// paymentsEntry is the payment gateway's in a state's portals.yaml.
var paymentsEntry = regexp.MustCompile(`(?m)^- name: ` + workflows.PaymentsPortal + `\n(?: +.*\n)+`)

// PaymentsBy copies the files of source to a folder, for JANSETU_FILES, in which a state's payments are made by another family, with the
// settings of its sample and those given. It fails with ErrPayments for a family without a sample, or a state without payments.
func PaymentsBy(family string, settings map[string]string, source fs.FS, state, folder string) error {
	samples := twins.Samples()
	at := slices.IndexFunc(samples, func(each twins.Sample) bool { return each.Portal.Family == family })
	if at < 0 {
		return fmt.Errorf("%w: no stand-in of family %q", ErrPayments, family)
	}
	merged := maps.Clone(samples[at].Portal.Settings)
	if merged == nil {
		merged = map[string]string{}
	}
	maps.Copy(merged, settings)
	for _, part := range []string{"states", "shared", "languages", "documents"} {
		if _, err := fs.Stat(source, part); errors.Is(err, fs.ErrNotExist) {
			continue // what is shared, and documents, need not be there
		}
		if err := copyFiles(source, part, folder); err != nil {
			return fmt.Errorf("copy the state's files: %w", err)
		}
	}
	portals := path.Join("states", state, "portals.yaml")
	content, err := fs.ReadFile(source, portals)
	if err != nil {
		return fmt.Errorf("read the state's portals: %w", err)
	}
	if !paymentsEntry.Match(content) {
		return fmt.Errorf("%w: %s has no %s", ErrPayments, portals, workflows.PaymentsPortal)
	}
	content = paymentsEntry.ReplaceAllFunc(content, func(entry []byte) []byte { return []byte(entryOf(family, merged, string(entry))) })
	if err := os.WriteFile(filepath.Join(folder, filepath.FromSlash(portals)), content, 0o600); err != nil {
		return fmt.Errorf("write the state's portals: %w", err)
	}
	return nil
}

// entryOf keeps what does not belong to a family: title, budget and timeout.
func entryOf(family string, settings map[string]string, before string) string {
	var entry strings.Builder
	fmt.Fprintf(&entry, "- name: %s\n  family: %s\n", workflows.PaymentsPortal, family)
	for line := range strings.Lines(before) {
		for _, kept := range []string{"  title:", "  budget:", "  timeout:"} {
			if strings.HasPrefix(line, kept) {
				entry.WriteString(line)
			}
		}
	}
	entry.WriteString("  settings:\n")
	for _, key := range slices.Sorted(maps.Keys(settings)) {
		fmt.Fprintf(&entry, "    %s: %q\n", key, settings[key])
	}
	return entry.String()
}

func copyFiles(source fs.FS, part, folder string) error {
	return fs.WalkDir(source, part, func(name string, each fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		target := filepath.Join(folder, filepath.FromSlash(name))
		if each.IsDir() {
			return os.MkdirAll(target, 0o750)
		}
		content, err := fs.ReadFile(source, name)
		if err != nil {
			return err
		}
		return os.WriteFile(target, content, 0o600)
	})
}

// orders is where the emulator tells of orders that are paid in the chat; empty where the state's payments are made otherwise.
func (d *development) orders() string {
	for _, twin := range d.twins {
		if twin.portal == workflows.PaymentsPortal && twin.family == whatsapppay.FamilyName {
			return twin.url + "orders"
		}
	}
	return ""
}

// sharedCredentials are those of a portal that are the business number's too: Meta signs what it tells of payments as it signs messages.
func (d *development) sharedCredentials(family string) map[string]string {
	if family != whatsapppay.FamilyName {
		return nil
	}
	return map[string]string{
		whatsapppay.CredentialAppSecret: d.settings.WhatsApp.AppSecret, whatsapppay.CredentialAccessToken: d.settings.WhatsApp.AccessToken,
	}
}
