/** What is remembered, in this site's local storage and nowhere else: choices, and where each article was left. */

const CHOICES = 'docreader';
const PLACES = 'docreader-places';
const MOST_PLACES = 100;

function get(key) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? {};
  } catch {
    return {}; // storage is switched off, or what is there is not ours
  }
}

function put(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // storage is full or switched off: the choice holds for this page
  }
}

export const choices = get(CHOICES);

export function choose(changes) {
  Object.assign(choices, changes);
  put(CHOICES, choices);
}

export function forget(names) {
  for (const name of names) delete choices[name];
  put(CHOICES, choices);
}

/** The sentence at which an article was left: [block, from]. */
export const placeOf = (address) => get(PLACES)[address];

export function leaveAt(address, place) {
  const { [address]: _, ...others } = get(PLACES);
  const kept = Object.entries(others).slice(1 - MOST_PLACES);
  put(PLACES, Object.fromEntries(place ? [...kept, [address, place]] : kept));
}
