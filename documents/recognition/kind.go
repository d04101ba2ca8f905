package recognition

import (
	"strings"

	"github.com/jansetu/jansetu/documents/reading"
)

// Kind is what kind of paper it is, by the ids that forms use in accepts.
type Kind string

// The kinds that say on their face what they are.
const (
	Aadhaar        Kind = "aadhaar"
	VoterID        Kind = "voter_id"
	RationCard     Kind = "ration_card"
	PAN            Kind = "pan"
	DrivingLicence Kind = "driving_licence"
	Passport       Kind = "passport"
	BankPassbook   Kind = "bank_passbook"
	Electricity    Kind = "electricity_bill"
)

// marks are phrases that stand on papers of one kind and hardly on others, in lower case with single spaces.
func marks() map[Kind][]string {
	return map[Kind][]string{
		Aadhaar: {"unique identification authority", "aadhaar", "आधार - आम आदमी", "मेरा आधार", "भारतीय विशिष्ट पहचान", "నా ఆధార్",
			"భారత విశిష్ట గుర్తింపు", "uidai.gov.in", "enrolment no", "your aadhaar"},
		VoterID:        {"election commission of india", "elector photo identity", "elector's name", "भारत निर्वाचन आयोग", "భారత ఎన్నికల సంఘం", "epic no"},
		RationCard:     {"ration card", "राशन कार्ड", "food security card", "రేషన్ కార్డు", "ఆహార భద్రత కార్డు", "civil supplies"},
		PAN:            {"income tax department", "permanent account number", "आयकर विभाग"},
		DrivingLicence: {"driving licence", "driving license", "licence to drive", "form 7 rule 16"},
		Passport:       {"republic of india passport", "p<ind", "passport no", "place of issue"},
		BankPassbook:   {"passbook", "ifsc", "savings bank", "account holder"},
		Electricity:    {"electricity bill", "power distribution", "units consumed", "meter reading", "bijli bill"},
	}
}

// kindOf is the kind whose marks stand on the paper; none when those of two kinds do: a letter may speak of other papers.
func kindOf(text reading.Text) Kind {
	written := strings.Join(strings.Fields(strings.ToLower(text.String())), " ")
	var found Kind
	for kind, phrases := range marks() {
		for _, phrase := range phrases {
			if !strings.Contains(written, phrase) {
				continue
			}
			if found != "" {
				return ""
			}
			found = kind
			break
		}
	}
	return found
}
