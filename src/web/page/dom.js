/** The few words that the panels speak to the document with. */

/**
 * The element with this id, which the page has.
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

/**
 * Writes only what has changed: an unchanged page costs no layout.
 * @param {Element} element
 * @param {string} text
 */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * A word for a state, in its colour.
 * @param {HTMLElement} element
 * @param {string} state
 * @param {string} text
 */
export function pill(element, state, text = state) {
  element.dataset['state'] = state;
  write(element, text);
}

/**
 * A new element with text.
 * @param {string} name
 * @param {string} className
 * @param {...(string | Node)} content
 */
export function make(name, className, ...content) {
  const element = document.createElement(name);
  if (className !== '') element.className = className;
  element.append(...content);
  return element;
}
