/** A message of several lines; a long line goes on below its own words, not below its label. */
export function MessageText({ text }: { readonly text: string }) {
  return (
    <div class="message">
      {text.split('\n').map((line, at) => (
        <p key={at}>{line}</p>
      ))}
    </div>
  );
}
