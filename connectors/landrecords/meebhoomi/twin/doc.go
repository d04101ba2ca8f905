// Package twin stands in for the web service behind Meebhoomi, the land records of
// Andhra Pradesh: SOAP with DataSet diffgrams, credentials inside every message.
// It is written from what package meebhoomi documents and shares no code with it.
//
// # Invented records
//
// Districts and mandals are real names with invented codes; villages, people,
// numbers and extents are invented.
//
//	district 9 గుంటూరు, mandal 4 తాడికొండ, village 1 నల్లచెరువుపాలెం
//	  khata 101  one survey number, two crops
//	  khata 102  three survey numbers
//	  khata 103  a tenant farmer enjoys the land
//	  khata 104  no father's name, no crop: the columns are left out
//	  khata 105  forty survey numbers
//	  khata 200 and up to 200+Khatas: generated, one survey number each
//	  village 2 కొత్తవరం: no khata at all
//	district 9, mandal 6 మంగళగిరి; district 6 తూర్పు గోదావరి, mandal 2 రాజానగరం: one
//	generated village each
//
// Survey numbers look like 12-3. A plain 12 finds all of its sub-divisions.
package twin
