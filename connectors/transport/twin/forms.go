package twin

import (
	"maps"
	"slices"
)

// form is one page of the portal.
type form struct {
	path, title, button string
	operation           string
	controls            []control
	captcha             bool
	// otp says that a code sent to the applicant's phone comes after the picture.
	otp bool
	// agency is a page for visits that are let in as an agency's, which a page that
	// admits does.
	agency, admits bool
	// closed says why the page takes nothing.
	closed string
	// answer makes the panel that answers, or says what is wrong.
	answer func(t *Twin, sent filled) (panel string, wrong string)
}

// filled is a form as it was sent.
type filled struct {
	values map[string]string
	papers []Paper
}

// takesPapers tells a form that a script cannot send.
func (f form) takesPapers() bool {
	return slices.ContainsFunc(f.controls, func(one control) bool { return one.file })
}

// control is one field. Its id is numbered from its place.
type control struct {
	label    string
	required bool
	// options of a select, given the values above it; nil for a text.
	options func(values map[string]string) []string
	// changes says that the page asks the portal for others' options.
	changes bool
	// file takes a paper.
	file bool
	// secret is not shown while it is typed.
	secret bool
}

// The labels of the portal.
const (
	labelLicence   = "Driving Licence No."
	labelBirth     = "Date of Birth"
	labelVehicle   = "Registration No."
	labelChassis   = "Chassis No. (last 5)"
	labelName      = "First Name"
	labelFather    = "Name of Father / Husband"
	labelPIN       = "PIN Code"
	labelMobile    = "Mobile No."
	labelDistrict  = "District"
	labelOffice    = "RTO Office"
	labelClass     = "Class of Vehicle"
	labelAddress   = "New Address"
	labelReference = "Service Centre Reference No."
	labelNumber    = "Application Number"
	labelCaptcha   = "Verification Code"
	labelNewName   = "New Name"
	labelReply     = "Reply"
	labelOTP       = "One Time Password"
	paperName      = "Proof of Name"
	paperAge       = "Proof of Age"
)

// offices by district.
func offices() map[string][]string {
	return map[string][]string{
		"Krishna": {"RTO GUDIVADA (AP16)", "RTO MACHILIPATNAM (AP216)"},
		"Guntur":  {"RTO GUNTUR (AP07)", "RTO TENALI (AP207)"},
		"NTR":     {"RTO VIJAYAWADA (AP316)"},
	}
}

func districts(map[string]string) []string {
	return slices.Sorted(maps.Keys(offices()))
}

func officesOf(values map[string]string) []string { return offices()[values[labelDistrict]] }

func classes(map[string]string) []string {
	return []string{"MCWOG", "MCWG", "LMV", "TRANS"}
}

// forms lists every page.
func forms() []form {
	list := append(documented(), agencyPages()...)
	for _, each := range changes() {
		list = append(list, each.page())
	}
	return list
}

// documented are the pages that differ in more than labels.
func documented() []form {
	text := func(label string) control { return control{label: label, required: true} }
	birth := text(labelBirth)
	paper := func(label string, required bool) control {
		return control{label: label, file: true, required: required}
	}
	applying := func(service string) func(*Twin, filled) (string, string) {
		return func(t *Twin, sent filled) (string, string) { return t.apply(service, sent) }
	}
	return []form{
		{
			path: "status/dlstatus.xhtml", title: "Licence Details", button: "Check Status", operation: Details, captcha: true,
			controls: []control{text(labelLicence), birth}, answer: (*Twin).licence,
		},
		{
			path: "status/rcstatus.xhtml", title: "Vehicle Details", button: "Check Status", operation: Details, captcha: true,
			controls: []control{text(labelVehicle), text(labelChassis)}, answer: (*Twin).vehicle,
		},
		{
			path: "status/application.xhtml", title: "Application Status", button: "Show Status", operation: Track,
			controls: []control{{label: labelNumber}, {label: labelReference}, birth}, answer: (*Twin).track,
		},
		{
			path: "apply/llapply.xhtml", title: "Learner's Licence", button: "Submit Application", operation: Submit, captcha: true,
			controls: []control{
				text(labelName), text(labelFather), birth, text(labelMobile), text(labelPIN),
				{label: labelDistrict, required: true, options: districts, changes: true},
				{label: labelOffice, required: true, options: officesOf},
				{label: labelClass, required: true, options: classes}, {label: labelReference},
			},
			answer: applying("llapply"),
		},
		{
			path: "apply/dlchange.xhtml", title: "Change of Address", button: "Submit Application", operation: Submit, captcha: true,
			controls: []control{text(labelLicence), birth, text(labelAddress), text(labelPIN), {label: labelReference}},
			answer:   applying("dlchange"),
		},
		{
			path: "apply/dlname.xhtml", title: "Correction of Name", button: "Submit Application", operation: Submit, captcha: true, otp: true,
			controls: []control{
				text(labelLicence), birth, text(labelNewName), text(labelMobile), text(labelPIN),
				{label: labelDistrict, required: true, options: districts, changes: true},
				{label: labelOffice, required: true, options: officesOf},
				paper(paperName, true), paper(paperAge, false), {label: labelReference},
			},
			answer: applying("dlname"),
		},
		{
			path: "reply/application.xhtml", title: "Reply to Query", button: "Send Reply", operation: Reply, captcha: true,
			controls: []control{text(labelNumber), birth, text(labelReply), paper(paperName, false), paper(paperAge, false), {label: labelReference}},
			answer:   (*Twin).reply,
		},
		{
			path: "apply/dlrenew.xhtml", title: "Renewal", button: "Submit Application", operation: Submit,
			closed: "This service is closed until further notice", controls: []control{text(labelLicence), birth},
		},
	}
}
