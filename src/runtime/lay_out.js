'use strict';

const look = (heir) => heir.anything;

/**
 * Makes the engine lay an object out so that compiled code knows where its properties are. Objects that
 * get their properties one by one from C++, or are changed often, end as tables that each access searches;
 * looking up what is inherited from them mends that.
 */
function layOut(object) {
  look(Object.create(object));
}

module.exports = { layOut };
