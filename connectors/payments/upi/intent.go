package upi

import (
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/jansetu/jansetu/connectors"
)

// Limits of the parameters, in characters.
const (
	// MaxReference is the longest tr (linking specification 1.6).
	MaxReference = 35
	maxAddress   = 255
	maxName      = 99
	maxNote      = 80
	maxLink      = 2048
)

// Mode says where a payer meets a link.
type Mode string

// The modes that the hub uses.
const (
	ModeDefault   Mode = "00"
	ModeQR        Mode = "01"
	ModeSecureQR  Mode = "02"
	ModeIntent    Mode = "04"
	ModeSecure    Mode = "05"
	ModeDynamicQR Mode = "15"
)

// ErrIntent is wrapped by every error about an intent. The errors name parameters
// and no values.
var ErrIntent = errors.New("not a UPI intent")

// Intent is one payment that a UPI app is asked to make.
type Intent struct {
	// PayeeAddress (pa) is the merchant's virtual payment address, name@bank.
	PayeeAddress string
	// PayeeName (pn) is what the app shows.
	PayeeName string
	// MerchantCode (mc) is the four digits of the merchant's category, 9399 for
	// government services.
	MerchantCode string
	// Reference (tr) comes back in the bank's record: 1 to 35 letters and
	// digits; see TransactionReference.
	Reference string
	// Note (tn) is shown to the payer. No personal data: it stands on statements.
	Note string
	// Amount (am) is asked for; Minimum (mam), when not zero, is the least that
	// the payer may make of it.
	Amount, Minimum connectors.Paise
	// URL (url) leads to more about the payment; http or https, may be empty.
	URL string
	// Mode may be empty. OrgID is six digits; empty, or 000000 for none.
	Mode  Mode
	OrgID string
	// Signature (sign) is set by ParseIntent only; it holds for the link as it
	// was, byte for byte.
	Signature string
}

var (
	addressShape   = regexp.MustCompile(`^[A-Za-z0-9._-]{2,}@[A-Za-z][A-Za-z0-9]{1,63}$`)
	referenceShape = regexp.MustCompile(`^[A-Za-z0-9]{1,35}$`)
	fourDigits     = regexp.MustCompile(`^\d{4}$`)
	twoDigits      = regexp.MustCompile(`^\d{2}$`)
	sixDigits      = regexp.MustCompile(`^\d{6}$`)
)

// TransactionReference makes the tr of a reference of ours, the same each time. One
// that is already 1 to 35 letters and digits stays as it is.
func TransactionReference(reference string) string {
	if referenceShape.MatchString(reference) {
		return reference
	}
	sum := sha256.Sum256([]byte(reference))
	return "JS" + base32.StdEncoding.EncodeToString(sum[:])[:33]
}

// Validate checks the intent of a merchant; errors wrap ErrIntent.
func (i Intent) Validate() error {
	rules := []struct {
		parameter string
		kept      bool
	}{
		{"pa", len(i.PayeeAddress) <= maxAddress && addressShape.MatchString(i.PayeeAddress)},
		{"pn", isText(i.PayeeName, maxName) && i.PayeeName != ""},
		{"mc", fourDigits.MatchString(i.MerchantCode)},
		{"tr", referenceShape.MatchString(i.Reference)},
		{"tn", isText(i.Note, maxNote)},
		{"am", i.Amount > 0},
		{"mam", i.Minimum >= 0 && i.Minimum <= i.Amount},
		{"url", i.URL == "" || isWeb(i.URL)},
		{"mode", i.Mode == "" || twoDigits.MatchString(string(i.Mode))},
		{"orgid", i.OrgID == "" || sixDigits.MatchString(i.OrgID)},
	}
	for _, rule := range rules {
		if !rule.kept {
			return fmt.Errorf("%w: %s", ErrIntent, rule.parameter)
		}
	}
	return nil
}

func isText(text string, limit int) bool {
	return utf8.ValidString(text) && utf8.RuneCountInString(text) <= limit && !strings.ContainsFunc(text, func(char rune) bool { return char < ' ' })
}

func isWeb(address string) bool {
	parsed, err := url.Parse(address)
	return err == nil && parsed.Host != "" && (parsed.Scheme == "https" || parsed.Scheme == "http")
}

// Link writes the intent as upi://pay?…, which opens a UPI app. WhatsApp does not
// make it clickable: send QR, or a page with a button. The signature of a parsed
// intent is left out; see Sign.
func (i Intent) Link() (string, error) {
	if err := i.Validate(); err != nil {
		return "", err
	}
	minimum := ""
	if i.Minimum > 0 {
		minimum = i.Minimum.Decimal()
	}
	var link strings.Builder
	link.WriteString("upi://pay")
	separator := byte('?')
	for _, parameter := range [][2]string{
		{"pa", i.PayeeAddress}, {"pn", i.PayeeName}, {"mc", i.MerchantCode}, {"tr", i.Reference}, {"tn", i.Note},
		{"am", i.Amount.Decimal()}, {"mam", minimum}, {"cu", "INR"}, {"url", i.URL}, {"mode", string(i.Mode)}, {"orgid", i.OrgID},
	} {
		if parameter[1] == "" {
			continue
		}
		link.WriteByte(separator)
		link.WriteString(parameter[0] + "=" + escape(parameter[1]))
		separator = '&'
	}
	if link.Len() > maxLink {
		return "", fmt.Errorf("%w: too long", ErrIntent)
	}
	return link.String(), nil
}

// escape percent-encodes a value. The at sign of an address stays: apps look for it.
func escape(value string) string {
	return strings.NewReplacer("+", "%20", "%40", "@").Replace(url.QueryEscape(value))
}

// ParseIntent reads a link, of a payment gateway for instance. Parameters that it
// does not know are left out, so a link that is signed, or not ours, is passed on
// as it came. Errors wrap ErrIntent.
func ParseIntent(link string) (Intent, error) {
	const start = "upi://pay?"
	if len(link) > maxLink || len(link) < len(start) || !strings.EqualFold(link[:len(start)], start) {
		return Intent{}, fmt.Errorf("%w: no upi://pay", ErrIntent)
	}
	values := map[string]string{}
	for parameter := range strings.SplitSeq(link[len(start):], "&") {
		name, escaped, _ := strings.Cut(parameter, "=")
		// PathUnescape leaves a plus sign alone, which some write for itself.
		value, err := url.PathUnescape(escaped)
		if _, twice := values[name]; err != nil || twice {
			return Intent{}, fmt.Errorf("%w: a parameter is malformed or comes twice", ErrIntent)
		}
		values[name] = value
	}
	intent := Intent{
		PayeeAddress: values["pa"], PayeeName: values["pn"], MerchantCode: values["mc"], Reference: values["tr"],
		Note: values["tn"], URL: values["url"], Mode: Mode(values["mode"]), OrgID: values["orgid"], Signature: values["sign"],
	}
	var err error
	if intent.Amount, err = connectors.ParsePaise(values["am"]); err != nil {
		return Intent{}, fmt.Errorf("%w: am", ErrIntent)
	}
	if least := values["mam"]; least != "" {
		if intent.Minimum, err = connectors.ParsePaise(least); err != nil {
			return Intent{}, fmt.Errorf("%w: mam", ErrIntent)
		}
	}
	if currency := values["cu"]; currency != "" && currency != "INR" {
		return Intent{}, fmt.Errorf("%w: cu", ErrIntent)
	}
	return intent, intent.Validate()
}
