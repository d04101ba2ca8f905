// Package twin stands in for an electricity company's portal, in one of the
// wire shapes that package electricity documents. It is written from that
// description alone and shares no code with the connector.
//
// # Invented consumers
//
// The numbers below are 13 digits, or 12 for the shape "wss"; P stands for 1121104
// for the shape "regno", 1171205 for "requestno" and 170025 for "wss", whose consumers
// all belong to billing unit 4637 and have one percent less to pay in the first
// ten days. All people and amounts are invented.
//
//	P001001  ₹1,240.00 due
//	P001002  ₹860.00 due and ₹435.50 arrears
//	P001003  paid this month
//	P001004  no bill yet
//	P001005  ₹540.00 due, but payments are not accepted: posting is refused
//	P001006  ₹1,23,456.78 due
//	P001007  ₹1.00 due
//	P001008  ₹2,315.00 due, last month's due date long over
//	P001999  unknown, as is every other number of this block
//
// Besides these, ServiceNumber(shape, i) names any number of consumers for load
// tests: 3 followed by the last six digits of the prefix and a six-digit index.
// Each has a bill whose amount follows from number and month.
package twin
