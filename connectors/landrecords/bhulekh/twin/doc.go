// Package twin stands in for Bhulekh, the land records of Odisha: one WebForms
// page whose lists are filled by UpdatePanel deltas, and a record page in Odia. It
// is written from what package bhulekh documents and shares no code with it.
//
// # Invented records
//
// Districts and tahasils are real names with invented codes; villages, people,
// plots and amounts are invented. Option values are padded with spaces to thirty
// characters, and sent back otherwise they are not known.
//
//	district 20 ଖୋର୍ଦ୍ଧା, tahasil 2 ଭୁବନେଶ୍ଵର
//	  village 105 ନୂଆଗୁଡ଼ା   khatiyans 1 to 8 below, and generated ones up to Khatiyans
//	  village 106 ବଡ଼ପଦର    not digitised: no khatiyan, no plot
//	  village 107 ମହୁଲପାଲି   khatiyans 1 to 40, generated
//	district 20, tahasil 6 ଜଟଣୀ; district 3 କଟକ, tahasil 1 ବାଙ୍କୀ: a generated village each
//
//	khatiyan 1  one tenant, one plot
//	khatiyan 2  three tenants, two plots
//	khatiyan 3  a deity's land, held in trust
//	khatiyan 4  the government's own land, no rent
//	khatiyan 5  twelve plots
//	khatiyan 6  a remark of a revenue court's case
//	khatiyan 7  nobody's name: the mutation is not recorded yet
//	khatiyan 8  sixty plots
//
// A plot is found by its own number: plots 100 and up, each in one khatiyan.
package twin
