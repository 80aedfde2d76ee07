
// The notebook's side: the same pad, and the kernel that reads what is drawn on it.
// workshop/pad.py puts this after pad.js, as one module.

function render({ model, el }) {
  const waiting = new Map();
  let last = 0;

  function ask(question) {
    return new Promise((answered, failed) => {
      waiting.set(++last, { answered, failed });
      model.send({ id: last, ...question });
    });
  }

  function hear({ id, error, ...answer }) {
    const { answered, failed } = waiting.get(id) ?? {};
    waiting.delete(id);
    if (error) failed?.(new Error(error));
    else answered?.(answer);
  }

  model.on("msg:custom", hear);
  const leave = mountPad(el, {
    read: (drawing) => ask(drawing),
    teach: async (drawing, label) => (await ask({ ...drawing, label })).told,
  });
  return () => { model.off("msg:custom", hear); leave(); };
}

export default { render };
