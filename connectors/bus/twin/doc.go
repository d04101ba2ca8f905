// Package twin stands in for a state bus corporation's portal and for its
// tracking service, as package bus describes them. It is written from that
// description alone and shares no code with the connector.
//
// # Invented services
//
// Places have the public ids of some Andhra towns. Numbers of services, vehicles
// and fares are invented; every service runs daily both ways, the way back under
// a number that is one higher.
//
//	2551  Vijayawada 1 - Hyderabad 2      21:30  Super Luxury   ₹ 620
//	2557  Vijayawada 1 - Hyderabad 2      06:15  Indra A/C      ₹ 815
//	2561  Vijayawada 1 - Hyderabad 2      22:45  Garuda sleeper ₹1,190, in two decks
//	8427  Vijayawada 1 - Visakhapatnam 3  20:00  Super Luxury   ₹ 710
//	9203  Vijayawada 1 - Tirupati 4       19:15  Express        ₹ 540
//	7715  Guntur 5     - Tirupati 4       18:30  Express        ₹ 505, sold out but for one seat
//
// About a third of every bus is sold already, the same seats whenever one looks.
// Seat 4 of every bus is kept for women. The vehicle is known twelve hours before
// the departure; only vehicles that are under way are tracked.
//
// A hold lasts eight minutes. Cancelling costs 10 % of the fare until a day before
// the departure and 25 % until two hours before; later it is refused.
package twin
