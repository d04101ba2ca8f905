// Package twin stands in for the servers of a state's panchayats, one for each
// district, as package panchayat describes them. It is written from that
// description alone and shares no code with the connector.
//
// Every district lives under a path of its own, /krishna/, /guntur/, /ntr/, with
// books of its own: an assessment paid in one is not paid in another.
//
// # Invented houses
//
// Assessment numbers have ten digits, five of the panchayat and five of the
// house. All people and amounts are invented.
//
//	5060100001  ₹1,240.00 due
//	5060100002  ₹860.00 due and ₹435.50 arrears with penalty
//	5060100003  paid this half-year
//	5060100004  newly assessed, no demand yet
//	5060100005  ₹540.00 due, in dispute: payments are not accepted
//	5060100006  ₹1,23,456.78 due
//	5060100007  ₹1.00 due
//	5060100999  unknown, as is every other number of this panchayat
//
// Besides these, AssessmentNumber(i) names any number of houses of panchayat
// 50602.
//
// # Certificates
//
//	11 birth extract  12 death extract  13 residence  14 house ownership  19 closed
//	21 marriage  22 below poverty line  23 no dues  24 toilet  25 Form 8  26 destitute
//	27 life
//
// One Config.Pace passes from one step to the next. The application of
// G SURYA PRAKASH is rejected; everybody else's certificate is issued.
package twin
