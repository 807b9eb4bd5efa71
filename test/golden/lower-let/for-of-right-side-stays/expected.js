(function () {
  'use strict';
  var items = [1];
  for (var items2 of items) log(items2);
  try {
    for (const late of late) log(late);
  } catch (error) {
    log(error.name);
  }
})();
