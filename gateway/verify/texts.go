package verify

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/documents/seal"
)

// fieldNames and kindNames are what our templates call fields and papers; others are shown as they are called in the code.
func fieldNames() []string {
	return []string{
		"account", "amount", "bill", "biller", "date", "departs", "department_receipt", "fare", "father", "income", "name", "operator",
		"paid", "passenger", "payment", "reference", "ticket", "trip",
	}
}

func kindNames() []string {
	return []string{"certificate", "receipt", "ticket", "acknowledgement", "letter", "extract"}
}

// Texts lists the texts of the page, the installed page and the chat, in deploy/languages/<language>/verify.yaml.
func Texts() []catalog.TextSpec {
	specs := []catalog.TextSpec{
		{Key: "verify.owner", Placeholders: []string{"state"}},
		{Key: "verify.help", Placeholders: []string{"helpline"}},
		{Key: "verify.replaced_by", Placeholders: []string{"version"}},
		{Key: "verify.counts_newest", Placeholders: []string{"version"}},
		{Key: "verify.ended", Placeholders: []string{"date"}},
		{Key: "verify.proof.key", Placeholders: []string{"key"}},
		{Key: "verify.proof.file", Placeholders: []string{"signer", "date"}},
		{Key: "verify.proof.stamped", Placeholders: []string{"date"}},
		{Key: "verify.proof.log", Placeholders: []string{"index", "date"}},
		{Key: "verify.proof.published", Placeholders: []string{"size", "root"}},
		{Key: "verify.proof.witnesses", Placeholders: []string{"witnesses"}},
		{Key: "verify.app.age", Placeholders: []string{"date"}},
	}
	specs = slices.Grow(specs, len(plainTexts())+2*len(Verdicts())+len(fieldNames())+len(kindNames()))
	for _, key := range plainTexts() {
		specs = append(specs, catalog.TextSpec{Key: key})
	}
	for _, verdict := range Verdicts() {
		specs = append(specs, catalog.TextSpec{Key: verdict.title()}, catalog.TextSpec{Key: verdict.advice()})
	}
	for _, name := range fieldNames() {
		specs = append(specs, catalog.TextSpec{Key: fieldKey(name)})
	}
	for _, name := range kindNames() {
		specs = append(specs, catalog.TextSpec{Key: kindKey(name)})
	}
	return specs
}

func plainTexts() []catalog.TextKey {
	return append([]catalog.TextKey{
		"verify.title", "verify.skip", "verify.language", "verify.intro", "verify.number", "verify.number_hint", "verify.look", "verify.file",
		"verify.file_hint", "verify.check", "verify.app", "verify.again", "verify.says", "verify.compare", "verify.missing", "verify.copy",
		"verify.number_only", "verify.proof", "verify.proof.waiting", "verify.kind", "verify.issued", "verify.until", "verify.of_number",
		"verify.version", "verify.private", "verify.slow",
	}, appTexts()...)
}

// appTexts are those that the installed page needs beside the verdicts and names.
func appTexts() []catalog.TextKey {
	return []catalog.TextKey{
		"verify.app.title", "verify.app.scan", "verify.app.stop", "verify.app.picture", "verify.app.none", "verify.app.old", "verify.app.very_old",
		"verify.app.no_camera", "verify.app.no_list", "verify.app.update", "verify.app.updated", "verify.app.offline", "verify.app.point",
		"verify.app.refused", "verify.app.newer", "verify.app.status",
	}
}

func (v Verdict) title() catalog.TextKey  { return catalog.TextKey("verify.verdict." + string(v)) }
func (v Verdict) advice() catalog.TextKey { return catalog.TextKey("verify.advice." + string(v)) }

func fieldKey(name string) catalog.TextKey { return catalog.TextKey("verify.field." + name) }
func kindKey(name string) catalog.TextKey  { return catalog.TextKey("verify.paper." + name) }

// words says an answer in one language.
type words struct {
	*Checker

	lang catalog.Language
}

func (w words) text(key catalog.TextKey, args catalog.Args) string {
	return w.config.Texts.Text(w.lang, key, args)
}

func (w words) day(at time.Time) string { return w.config.Texts.Date(w.lang, at.In(w.config.Zone)) }

func (w words) moment(at time.Time) string {
	return w.config.Texts.Moment(w.lang, at.In(w.config.Zone))
}

// line is a name with what stands behind it.
type line struct{ Name, Value string }

func (w words) kind(kind string) string {
	if key := kindKey(kind); w.config.Texts.Has(w.lang, key) {
		return w.text(key, nil)
	}
	return kind
}

func (w words) field(field seal.Field) line {
	said := line{Name: field.Name, Value: field.Value}
	if key := fieldKey(field.Name); w.config.Texts.Has(w.lang, key) {
		said.Name = w.text(key, nil)
	}
	if portal, ok := w.config.Texts.Portal(field.Value); ok && (field.Name == "biller" || field.Name == "operator") {
		said.Value = portal.Title.In(w.lang)
	}
	return said
}

// lines are what a person compares with the paper.
func (w words) lines(a Answer) []line {
	if a.Claims == nil {
		return nil
	}
	lines := []line{{w.text("verify.kind", nil), w.kind(a.Kind)}, {w.text("verify.of_number", nil), a.Claims.Number}}
	if a.Version > 1 {
		lines = append(lines, line{w.text("verify.version", nil), strconv.Itoa(a.Version)})
	}
	for _, field := range a.Claims.Fields {
		lines = append(lines, w.field(field))
	}
	lines = append(lines, line{w.text("verify.issued", nil), w.day(a.Claims.Issued)})
	if !a.Claims.Expires.IsZero() {
		lines = append(lines, line{w.text("verify.until", nil), w.day(a.Claims.Expires)})
	}
	return lines
}

// notes are what else is to be known before the lines.
func (w words) notes(a Answer) []string {
	var notes []string
	switch {
	case a.Verdict == Replaced && a.Newest > a.Version:
		notes = append(notes, w.text("verify.replaced_by", catalog.Args{"version": strconv.Itoa(a.Newest)}))
	case a.Verdict == Valid && a.Claims == nil && a.Version > 1:
		notes = append(notes, w.text("verify.counts_newest", catalog.Args{"version": strconv.Itoa(a.Version)}))
	}
	if !a.Ended.IsZero() && a.Verdict != Valid {
		notes = append(notes, w.text("verify.ended", catalog.Args{"date": w.day(a.Ended)}))
	}
	if a.Copy && a.Verdict == Valid {
		notes = append(notes, w.text("verify.copy", nil))
	}
	if a.Verdict.Genuine() && a.Claims == nil {
		notes = append(notes, w.text("verify.number_only", nil))
	}
	return notes
}

// proof says on what the answer rests.
func (w words) proof(a Answer) []string {
	if !a.Verdict.Genuine() || a.Claims == nil {
		return nil
	}
	proof := []string{w.text("verify.proof.key", catalog.Args{"key": hex(a.Key[:])})}
	if a.File != nil {
		proof = append(proof, w.text("verify.proof.file", catalog.Args{"signer": a.File.Signer, "date": w.moment(a.File.Signed)}))
		if !a.File.Stamped.IsZero() {
			proof = append(proof, w.text("verify.proof.stamped", catalog.Args{"date": w.moment(a.File.Stamped)}))
		}
	}
	if a.Log == nil {
		return append(proof, w.text("verify.proof.waiting", nil))
	}
	proof = append(proof, w.text("verify.proof.log", catalog.Args{"index": strconv.FormatInt(a.Log.Index, 10), "date": w.moment(a.Log.At)}))
	if a.Log.Size == 0 {
		return append(proof, w.text("verify.proof.waiting", nil))
	}
	proof = append(proof, w.text("verify.proof.published", catalog.Args{"size": strconv.FormatInt(a.Log.Size, 10), "root": a.Log.Root}))
	if len(a.Log.Witnesses) > 0 {
		proof = append(proof, w.text("verify.proof.witnesses", catalog.Args{"witnesses": strings.Join(a.Log.Witnesses, ", ")}))
	}
	return proof
}

func hex(raw []byte) string {
	const digits = "0123456789abcdef"
	var text strings.Builder
	for _, octet := range raw {
		text.WriteByte(digits[octet>>4])
		text.WriteByte(digits[octet&15])
	}
	return text.String()
}

// Say says an answer in the chat.
func (c *Checker) Say(lang catalog.Language, a Answer) string {
	w := words{c, lang}
	parts := []string{"*" + w.text(a.Verdict.title(), nil) + "*", w.text(a.Verdict.advice(), nil)}
	parts = append(parts, w.notes(a)...)
	if len(a.Missing) > 0 {
		missing := make([]string, 0, len(a.Missing)+1)
		missing = append(missing, w.text("verify.missing", nil))
		for _, field := range a.Missing {
			said := w.field(field)
			missing = append(missing, "• "+said.Name+": "+said.Value)
		}
		parts = append(parts, strings.Join(missing, "\n"))
	}
	if lines := w.lines(a); lines != nil {
		heading := w.text("verify.compare", nil)
		if !a.Verdict.Genuine() {
			heading = w.text("verify.says", nil)
		}
		said := make([]string, 0, len(lines)+1)
		said = append(said, heading)
		for _, each := range lines {
			said = append(said, "• "+each.Name+": "+each.Value)
		}
		parts = append(parts, strings.Join(said, "\n"))
	} else if a.Kind != "" {
		parts = append(parts, w.text("verify.kind", nil)+": "+w.kind(a.Kind))
	}
	return strings.Join(parts, "\n\n")
}
