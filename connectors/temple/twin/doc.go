// Package twin stands in for a portal of temples, as package temple describes it.
// It is written from that description alone and shares no code with the connector.
//
// # Invented quotas
//
// The temples are real, their sevas, prices and quotas here are invented.
//
//	SIM Simhachalam  SED special entry darshan  ₹100  40 a slot, every three hours from 06:00
//	                 KLN kalyanam               ₹1,000, 12 couples at 09:30; asks for the gothram
//	ANV Annavaram    VRT vratam                 ₹1,500, 30 at 07:00 and 10:00
//	KDV Kanaka Durga SED special entry darshan  ₹300  60 a slot, every three hours from 06:00
//	DWT Dwaraka Tirumala SVA arjitha seva       ₹500  24 at 08:00 and 10:00
//	SKH Srikalahasti RKP Rahu Ketu pooja        ₹750  80 at 07:00, 09:00, 11:00 and 14:00
//	PGP Penuganchiprolu SVA arjitha seva        ₹116  24 at 08:00 and 10:00
//	SIM, ANV, DWT, PGP RUM a night in a cottage for one person, 40 from 14:00 to 10:00
//
// The quota of a day opens seven days before at 10:00. In the five minutes after
// that, and while the dial says Rush, whoever comes has to queue: one visitor is
// let in every Config.Pace. About a third of an open quota is sold already; the
// 12:00 slot is sold out. Temples are closed on the first of the month. A hold lasts ten minutes.
//
// A pilgrim gets one ticket a month and seva, by the number of the paper.
package twin
