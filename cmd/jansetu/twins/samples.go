package twins

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"slices"
	"sync"

	"github.com/jansetu/jansetu/connectors/apisetu"
	"github.com/jansetu/jansetu/connectors/bbps"
	"github.com/jansetu/jansetu/connectors/bus"
	bustwin "github.com/jansetu/jansetu/connectors/bus/twin"
	"github.com/jansetu/jansetu/connectors/edistrict"
	"github.com/jansetu/jansetu/connectors/electricity"
	"github.com/jansetu/jansetu/connectors/landrecords"
	"github.com/jansetu/jansetu/connectors/landrecords/meebhoomi"
	"github.com/jansetu/jansetu/connectors/municipal"
	"github.com/jansetu/jansetu/connectors/municipal/open311"
	open311twin "github.com/jansetu/jansetu/connectors/municipal/open311/twin"
	"github.com/jansetu/jansetu/connectors/panchayat"
	"github.com/jansetu/jansetu/connectors/payments/razorpay"
	"github.com/jansetu/jansetu/connectors/payments/upi"
	whatsapppay "github.com/jansetu/jansetu/connectors/payments/whatsapp"
	"github.com/jansetu/jansetu/connectors/temple"
	"github.com/jansetu/jansetu/connectors/transport"
)

// Sample is an invented portal with everything that its family's twin needs.
type Sample struct {
	// Name is the family's, and the wire's where a family has several.
	Name   string
	Portal Portal
}

// Samples lists one portal for every family and wire, in a fixed order: a new one
// is put at the end, so that the others keep their ports.
func Samples() []Sample {
	electric := func(shape string) Sample {
		return sample(electricity.FamilyName+"-"+shape, electricity.FamilyName, map[string]string{electricity.SettingShape: shape})
	}
	land := func(wire string) Sample {
		return sample(landrecords.FamilyName+"-"+wire, landrecords.FamilyName, map[string]string{landrecords.SettingWire: wire})
	}
	return []Sample{
		sample(apisetu.FamilyName, apisetu.FamilyName, nil),
		sample(bbps.FamilyName, bbps.FamilyName, map[string]string{bbps.SettingAgent: "JS01JS02INT000000001"}),
		sample(bus.FamilyName, bus.FamilyName, nil),
		sample(edistrict.FamilyName, edistrict.FamilyName, nil),
		electric("regno"), electric("requestno"), electric("wss"),
		land(landrecords.WireBhulekh), land(landrecords.WireMahabhulekh), land(landrecords.WireMeebhoomi),
		sample(municipal.FamilyName, municipal.FamilyName, map[string]string{municipal.SettingTenant: "pb"}),
		sample(open311.FamilyName, open311.FamilyName, map[string]string{open311.SettingJurisdiction: open311twin.Jurisdiction}),
		sample(panchayat.FamilyName, panchayat.FamilyName, map[string]string{panchayat.SettingDistricts: "krishna,guntur,ntr"}),
		sample(razorpay.FamilyName, razorpay.FamilyName, nil),
		sample(temple.FamilyName, temple.FamilyName, nil),
		sample(transport.FamilyName, transport.FamilyName, nil),
		sample(upi.FamilyName, upi.FamilyName, map[string]string{
			upi.SettingPayee: "jansetu.fees@samplebank", upi.SettingPayeeName: "Government fees", upi.SettingMerchantCode: "9399",
		}),
		sample(whatsapppay.FamilyName, whatsapppay.FamilyName, map[string]string{
			whatsapppay.SettingPhoneNumberID: "102290129340398", whatsapppay.SettingConfiguration: "development",
			whatsapppay.SettingGateway: "razorpay", whatsapppay.SettingImporterName: "Government of the State",
			whatsapppay.SettingImporterLine1: "Secretariat", whatsapppay.SettingImporterCity: "Capital",
		}),
	}
}

func sample(name, family string, settings map[string]string) Sample {
	return Sample{name, Portal{Family: family, Settings: settings, Credentials: Credentials(family)}}
}

// invented is what a twin accepts where it accepts what it is told to.
const invented = "development"

// Credentials are what a family's twin accepts in development. They are nobody's.
func Credentials(family string) map[string]string {
	switch family {
	case bus.FamilyName:
		return map[string]string{bus.CredentialAgent: bustwin.Agent, bus.CredentialPassword: bustwin.Password}
	case apisetu.FamilyName:
		return map[string]string{apisetu.CredentialAPIKey: invented, apisetu.CredentialClientID: invented, apisetu.CredentialConsentKey: consentKey()}
	case bbps.FamilyName:
		return map[string]string{bbps.CredentialAPIKey: invented}
	case landrecords.FamilyName:
		return map[string]string{meebhoomi.CredentialUserID: invented, meebhoomi.CredentialPassword: invented}
	case municipal.FamilyName:
		return map[string]string{municipal.CredentialUsername: invented, municipal.CredentialPassword: invented}
	case open311.FamilyName:
		return map[string]string{open311.CredentialAPIKey: invented}
	case razorpay.FamilyName:
		return map[string]string{
			razorpay.CredentialKeyID: invented, razorpay.CredentialKeySecret: invented, razorpay.CredentialWebhookSecret: invented,
		}
	case transport.FamilyName:
		return map[string]string{transport.CredentialUser: invented, transport.CredentialPassword: invented}
	case upi.FamilyName:
		return map[string]string{upi.CredentialAPIKey: invented}
	case whatsapppay.FamilyName:
		return map[string]string{whatsapppay.CredentialAccessToken: invented, whatsapppay.CredentialAppSecret: invented}
	default:
		return map[string]string{}
	}
}

// consentKey is a key that signs people's consents in development: a new one for every run, as nobody checks it there.
var consentKey = sync.OnceValue(func() string {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return ""
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return ""
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded}))
})

// isLike tells whether two portals have the same kind of twin.
func (p Portal) isLike(other Portal) bool {
	return p.Family == other.Family &&
		p.Settings[electricity.SettingShape] == other.Settings[electricity.SettingShape] &&
		p.Settings[landrecords.SettingWire] == other.Settings[landrecords.SettingWire]
}

// Besides lists the samples whose kind of twin is not among those there already.
func Besides(there []Portal) []Sample {
	return slices.DeleteFunc(Samples(), func(each Sample) bool { return slices.ContainsFunc(there, each.Portal.isLike) })
}
