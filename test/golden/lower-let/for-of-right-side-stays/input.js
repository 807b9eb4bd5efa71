(function () {
  'use strict';
  const items = [1];
  for (const items2 of items) log(items2);
  try {
    for (const late of late) log(late);
  } catch (error) {
    log(error.name);
  }
})();
