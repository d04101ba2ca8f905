// Package bus books seats with state bus corporations that run the Struts product
// known as OPRS, and asks their tracking service where a bus is.
//
// It knows HTTP through package portal and nothing of workflows. No Go names a
// corporation: places are ids of the portal's, and come from the catalog.
//
// # What is known and what is assumed
//
// Public pages show the search: forward/booking/avail/services.do, by GET, with
// txtJourneyDate as dd/mm/yyyy, startPlaceId, endPlaceId and ajaxAction=fw. It
// answers a piece of HTML with one block a service: its number, departure,
// arrival, fare and seats. Live tracking is a JSON service of another address,
// which goes by the vehicle's number and not by the service's.
//
// The search's form completes names of places from a list; its path and shape are
// assumed.
//
// Of what lies behind an agent's login nothing is public but its steps: layout
// as strings of a matrix, block for some minutes, confirm, cancel. Their paths,
// names and error codes, the classes inside a search block and the tracking
// service's fields are assumed in the style of the product. They are to be
// checked against the corporation's own pages before the first real call.
//
//	GET  forward/booking/places.do              JSON, the places served
//	GET  forward/booking/avail/services.do      HTML, the trips of a day
//	GET  agent/serviceLayout.do                 XML, the seats of a trip
//	POST agent/blockSeats.do                    XML, holds seats
//	POST agent/confirmBooking.do                JSON, turns a hold into a ticket
//	GET  agent/ticketDetails.do                 JSON, by agentTxnId or pnr
//	POST agent/releaseSeats.do                  JSON
//	GET  agent/cancelQuote.do, cancellation.do  JSON
//	POST agent/cancelTicket.do                  JSON
//	GET  vehicle (of SettingTrackingURL)        JSON, where a vehicle is
//
// Every call of the agent carries its credentials; agentTxnId is our reference.
// The portal answers a repeated agentTxnId with the first result; the connector
// looks all the same before it confirms or cancels, and again after a lost answer.
package bus
