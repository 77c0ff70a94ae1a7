// The benchmark network by hand: one heap of events, queues that are first in, first out, no log, nothing general. What a
// programmer would write who needs the four figures of this network alone; the yardstick for the compiled engine.
//
// out: people served; mean waits for registration, for a room and for check-out, in minutes, of those that end in the window.

#include <cstdint>
#include <deque>
#include <queue>
#include <random>
#include <vector>

namespace {

enum Kind : int { ARRIVES, REGISTERED, AT_SITE, STAYED, LEAVES, KINDS };

struct Event {
    double minute;
    int kind;
    int person;
    bool operator>(const Event& other) const { return minute > other.minute; }
};

struct Person {
    double since;
    int site;
};

struct Site {
    int free_rooms;
    bool clerk_is_free = true;
    std::deque<int> for_room, for_clerk;
};

struct Wait {
    double sum = 0.0;
    long n = 0;
    void note(double begin, double end, double window) {
        if (end < window) {
            sum += end - begin;
            ++n;
        }
    }
    double mean() const { return n ? sum / n : 0.0; }
};

#ifdef CIMBA  // its queue of events, a heap with a hash map, in C; all else stays. Prototypes as in its cmb_event.h
extern "C" {
double cmb_time();
void cmb_event_queue_initialize(double start);
void cmb_event_queue_terminate();
std::uint64_t cmb_event_schedule(void (*action)(void*, void*), void* subject, void* object, double minute, std::int64_t priority);
bool cmb_event_execute_next();
}

class Events {
public:
    Events() { cmb_event_queue_initialize(0.0); }
    ~Events() { cmb_event_queue_terminate(); }
    void push(const Event& event) {
        cmb_event_schedule(take, this, reinterpret_cast<void*>(std::intptr_t{event.person} * KINDS + event.kind), event.minute, 0);
    }
    bool next(Event& event) {
        if (!cmb_event_execute_next()) return false;
        event = taken;
        return true;
    }

private:
    static void take(void* self, void* object) {
        const auto number = reinterpret_cast<std::intptr_t>(object);
        static_cast<Events*>(self)->taken = {cmb_time(), static_cast<int>(number % KINDS), static_cast<int>(number / KINDS)};
    }
    Event taken{};
};
#else
class Events {
public:
    void push(const Event& event) { heap.push(event); }
    bool next(Event& event) {
        if (heap.empty()) return false;
        event = heap.top();
        heap.pop();
        return true;
    }

private:
    std::priority_queue<Event, std::vector<Event>, std::greater<Event>> heap;
};
#endif

}  // namespace

// numbers: window, people, clerks, sites, rooms, registration, ride, stay, check-out (minutes)
extern "C" void replication(std::uint64_t seed, const double* numbers, double* out) {
    const double window = numbers[0], registration = numbers[5], ride = numbers[6], stay = numbers[7], check_out = numbers[8];
    const int n_sites = static_cast<int>(numbers[3]);
    std::mt19937_64 draw(seed);
    std::exponential_distribution<double> gap(numbers[1] / window), at_desk(1.0 / registration), at_clerk(1.0 / check_out);
    std::uniform_int_distribution<int> any_site(0, n_sites - 1);
    Events events;
    std::vector<Person> people;
    std::vector<Site> sites(n_sites, Site{static_cast<int>(numbers[4])});
    std::deque<int> at_point;
    int free_clerks = static_cast<int>(numbers[2]);
    long served = 0;
    Wait for_registration, for_room, for_check_out;

    auto register_one = [&](double now, int person) {
        for_registration.note(people[person].since, now, window);
        events.push({now + at_desk(draw), REGISTERED, person});
    };
    auto take_room = [&](double now, int person) {
        for_room.note(people[person].since, now, window);
        events.push({now + ride, AT_SITE, person});
    };
    auto check_one_out = [&](double now, int person) {
        for_check_out.note(people[person].since, now, window);
        events.push({now + at_clerk(draw), LEAVES, person});
    };

    events.push({gap(draw), ARRIVES, 0});
    for (Event event; events.next(event);) {
        const double now = event.minute;
        if (event.kind == ARRIVES) {
            if (now >= window) continue;
            people.push_back({now, any_site(draw)});
            events.push({now + gap(draw), ARRIVES, event.person + 1});
            if (free_clerks > 0) {
                --free_clerks;
                register_one(now, event.person);
            } else {
                at_point.push_back(event.person);
            }
            continue;
        }
        Person& person = people[event.person];
        Site& site = sites[person.site];
        switch (event.kind) {
            case REGISTERED:
                if (at_point.empty()) {
                    ++free_clerks;
                } else {
                    register_one(now, at_point.front());
                    at_point.pop_front();
                }
                person.since = now;
                if (site.free_rooms > 0) {
                    --site.free_rooms;
                    take_room(now, event.person);
                } else {
                    site.for_room.push_back(event.person);
                }
                break;
            case AT_SITE:
                served += now < window;
                events.push({now + stay, STAYED, event.person});
                break;
            case STAYED:
                person.since = now;
                if (site.clerk_is_free) {
                    site.clerk_is_free = false;
                    check_one_out(now, event.person);
                } else {
                    site.for_clerk.push_back(event.person);
                }
                break;
            default:
                if (site.for_clerk.empty()) {
                    site.clerk_is_free = true;
                } else {
                    check_one_out(now, site.for_clerk.front());
                    site.for_clerk.pop_front();
                }
                if (site.for_room.empty()) {
                    ++site.free_rooms;
                } else {
                    take_room(now, site.for_room.front());
                    site.for_room.pop_front();
                }
        }
    }
    out[0] = static_cast<double>(served);
    out[1] = for_registration.mean();
    out[2] = for_room.mean();
    out[3] = for_check_out.mean();
}
