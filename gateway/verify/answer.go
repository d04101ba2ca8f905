package verify

import (
	"time"

	"github.com/jansetu/jansetu/documents/seal"
)

// Verdict is the one thing a person has to know about a paper.
type Verdict string

// The verdicts. Of all but the first four nothing that the paper says is to be believed.
const (
	Valid    Verdict = "valid"
	Replaced Verdict = "replaced" // a corrected version took its place
	Revoked  Verdict = "revoked"
	Expired  Verdict = "expired"

	Changed   Verdict = "changed"    // it was issued, and altered afterwards
	Forged    Verdict = "forged"     // the code is not the issuer's
	NotIssued Verdict = "not_issued" // sealed with the issuer's key, and the hub knows nothing of it
	LogDenies Verdict = "log_denies" // the public log holds something else
	Unknown   Verdict = "unknown"    // no such number
	NotOurs   Verdict = "not_ours"   // a code or file, but not one of ours
	Unread    Verdict = "unread"     // no code could be read
	TooLarge  Verdict = "too_large"
	Gone      Verdict = "gone" // the file could not be fetched
	Away      Verdict = "away" // we cannot say now
)

// Verdicts are all of them.
func Verdicts() []Verdict {
	return []Verdict{Valid, Replaced, Revoked, Expired, Changed, Forged, NotIssued, LogDenies, Unknown, NotOurs, Unread, TooLarge, Gone, Away}
}

// Genuine says that the paper is what was issued, whether or not it still counts.
func (v Verdict) Genuine() bool { return v == Valid || v == Replaced || v == Revoked || v == Expired }

// Answer is what a check found. Only what was verified is in it.
type Answer struct {
	Verdict Verdict
	Kind    string // of the paper; empty: not known
	Version int
	Newest  int       // the version that took its place, if one did
	Ended   time.Time // since when it does not count
	// Claims is what the code says, its signature verified; nil for a number alone. Of a changed file it is what was issued.
	Claims *seal.Claims
	// Missing are fields of Claims that a changed file does not say.
	Missing []seal.Field
	Key     seal.KeyID
	File    *FileProof // of a PDF that is whole
	Log     *LogProof  // nil: not known
	// Copy says that the file is a scan or photo: the code was checked, and nothing else of it.
	Copy bool
}

// FileProof is about the signature of a PDF.
type FileProof struct {
	Signer  string // as the certificate says
	Signed  time.Time
	Stamped time.Time // by a timestamp authority; zero: none
}

// LogProof is about the paper's entry of the public log.
type LogProof struct {
	Index     int64
	At        time.Time // when it came into the log
	Size      int64     // of the published log that it was found in; 0: it is not published yet
	Root      string    // of that log
	Witnesses []string  // that signed it
}
