// Package twin stands in for API Setu: the issuers and routes of its published
// specifications, its uniform errors, and documents of invented people. It is
// written from what package apisetu documents and shares no code with it.
//
// # Invented records
//
// A record is found by any of the certificateParameters that equals its number;
// FullName, when sent, must fit. The routes are those of
// testdata/issuers_selected.json.
//
//	aharakar/ratcr          BGK00125701  ration card of Savitri Gowda
//	cbse/sscer              1100044      class X marks of Ananya Deshpande, 2019
//	cbse/hscer              2200191      class XII marks of Rohit Nair, 2021
//	barti/cvcer             CV-7781-22   caste validity of Kiran Jadhav
//	edistrictkerala/incer   INC/40912    income certificate of Mini Thomas
//	chennaicorp/btcer       B2019-55120  birth certificate of a child
//
// Besides these, Number(i) is a record on every route, for load tests. Any other
// well-formed number is not found; one with characters other than letters,
// digits, "/" and "-" is an invalid_parameter.
//
// The credentials are APIKey and ClientID unless the Config says otherwise. A
// consent artefact is optional; one that is sent must have the schema's shape.
package twin
