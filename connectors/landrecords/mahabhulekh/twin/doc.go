// Package twin stands in for Mahabhulekh, the land records of Maharashtra: one
// WebForms page with full postbacks, a captcha before the record, the 7/12 as a
// JPEG and the 8A as a table, and parcel numbers in Devanagari digits. It is
// written from what package mahabhulekh documents and shares no code with it.
//
// It is as touchy as the portal: a value that was not offered gives a blank page, a
// control that is not on the page spoils the session for good, and lists have to be
// posted in order.
//
// # Invented records
//
// Districts and talukas are real names; villages, people and areas are invented.
//
//	district 25 पुणे, taluka 5 मुळशी
//	  village 272500050001 कोरडगाव     parcels १ to १२, ४५/१ to ४५/३, and generated ones up to Parcels
//	  village 272500050002 धनगरवाडी    no computerised record
//	district 25 पुणे, taluka 9 मावळ; district 20 नाशिक, taluka 3 दिंडोरी: a generated village each
//
// Every parcel belongs to a khata: parcel १ to khata 1, and so on; the 8A is found by
// its khata, the 7/12 by its parcel. Parcel ७ has no holder yet.
//
// The captcha's picture shows five digits; Solve reads them for tests.
package twin
