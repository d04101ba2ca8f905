// Package twin stands in for a portal of licences and vehicles, as package
// transport describes it. It is written from that description alone and shares no
// code with the connector.
//
// # Invented people
//
// All names, numbers and dates are invented.
//
//	AP03120110001234  14-08-1985  active, two classes of vehicles
//	AP03120150004321  02-02-1990  active, three classes
//	AP00219990000777  30-06-1970  expired
//	AP39UH4567 / 04567            a motor cycle
//	AP05CD0001 / 90210            a car, hypothecated
//
// # Applications
//
//	llapply   learner's licence: ₹200, decided in seven days of the payment, issued as a PDF
//	dlchange  change of address in a licence
//	dlname    correction of the name: papers of at most 500 KB, and a code to the phone
//	dlrenew   closed
//	others    listed in changes.go: licences, learner's licences, registration, fitness and permits, decided in seven days
//
// One Config.Pace passes from one step to the next, from the payment on where there
// is a fee: an agency records it (Config.AgencyUser), or it is paid at the office
// (PayAtOffice). Until then the application waits. The application of SUDHAKAR is
// rejected, everybody else's is issued. A learner under 16 is not eligible.
//
// Ask puts an application on hold with a question; the reply page takes the answer.
// The codes that were sent are on the page of faults.
//
// The generated ids are numbered anew while the dial says RenamedIDs. A picture is
// good for one try.
package twin
