// Package twin stands in for an e-District portal built on ServicePlus, as
// package edistrict describes it. It is written from that description alone and
// shares no code with the connector.
//
// # Invented services
//
// A service is a number. These are documented; Services lists their forms:
//
//	1042  Income certificate        8 fields, 2 enclosures
//	1043  Caste certificate         7 fields, 2 enclosures
//	1044  Residence certificate     7 fields, 1 enclosure
//	1047  Legal heir certificate    7 fields, 3 enclosures
//	1051  Fertiliser dealer licence 6 fields, no enclosure
//	1099  Solvency certificate      takes no applications now
//
// A portal of a state is given the services it really has: [Config.Services]. They
// come before these. Besides these, 2000 to 2399 are four hundred services of other departments,
// each with a form that follows from its number.
//
// # Invented citizens
//
// What becomes of an application depends on the mobile number its applicant
// logs in with. One Config.Pace passes from one step to the next.
//
//	9000000002  the officer asks for one more paper, then waits for the answer
//	9000000003  the application is rejected
//	any other   verified, approved, and the certificate is delivered
//
// An OTP and the text of a captcha are shown on the control page, /twin/, as the
// citizen's phone and eyes would show them.
package twin
