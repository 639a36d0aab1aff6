"""A small OpenAI-compatible server of a model in a folder, with what our client asks of one.

    python -m tests.evaluate.openai_server models/standard --port 8001
    python -m cwm_demo evaluate catalogue --server http://127.0.0.1:8001/v1 --model models/standard

Greedy, one request at a time, no streaming. Not covered: everything else that such servers do.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer

# Prompt and question to what is written, and why it ends there: "stop" or "length". ValueError: too long.
Complete = Callable[[str, dict], tuple[str, str]]


def server(complete: Complete, name: str, port: int = 0) -> HTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            chat = self.path == "/v1/chat/completions"
            if self.path != "/v1/completions" and not chat:
                return self._say(404, {"error": {"message": "no such path"}})
            if question["model"] != name:
                return self._say(404, {"error": {"message": f"the model {question['model']} does not exist"}})
            prompt = question["messages"][-1]["content"] if chat else question["prompt"]
            try:
                text, reason = complete(prompt, question)
            except ValueError as error:
                return self._say(400, {"error": {"message": str(error)}})
            choice = {"message": {"role": "assistant", "content": text}} if chat else {"text": text}
            self._say(200, {"choices": [{"index": 0, **choice, "finish_reason": reason}]})

        def _say(self, status: int, data: dict) -> None:
            body = json.dumps(data).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    return HTTPServer(("127.0.0.1", port), Handler)


def completion(folder: str) -> Complete:
    """What the model in a folder writes, greedily."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(folder).float().eval()

    context = model.config.max_position_embeddings
    # A tokenizer of ours has ` == ` in one token: a prompt that ends before the space is no text it knows.
    seam = len(tokenizer(" == ").input_ids) == 1
    ends = {tokenizer.eos_token_id}

    @torch.inference_mode()
    def complete(prompt: str, question: dict) -> tuple[str, str]:
        healed = prompt + " " if seam and prompt.endswith(" ==") else prompt
        ids = tokenizer(healed, return_tensors="pt").input_ids
        if question.get("add_special_tokens", True) and tokenizer.bos_token_id is not None:
            ids = torch.cat([torch.tensor([[tokenizer.bos_token_id]]), ids], dim=1)
        room = context - ids.shape[1]
        if room < 1:
            raise ValueError(f"the maximum context length is {context} tokens")
        stops = question.get("stop", [])
        known = {token for token in map(tokenizer.convert_tokens_to_ids, stops) if token is not None}
        most = min(question["max_tokens"], room)
        given = {"attention_mask": torch.ones_like(ids), "eos_token_id": sorted(ends | known)}
        output = model.generate(ids, max_new_tokens=most, do_sample=False, **given)[
            0, ids.shape[1] :
        ].tolist()
        reason = "stop" if output[-1] in ends | known else "length"
        text = tokenizer.decode(output, skip_special_tokens=question.get("skip_special_tokens", True))
        for stop in stops:
            if stop in text:
                kept = stop if question.get("include_stop_str_in_output") else ""
                text, reason = text.partition(stop)[0] + kept, "stop"
        return text, reason

    return complete


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", help="a model in Hugging Face layout")
    parser.add_argument("--port", type=int, default=8001)
    args = parser.parse_args()
    with server(completion(args.folder), args.folder, args.port) as serving:
        print(f"http://127.0.0.1:{args.port}/v1 answers as {args.folder}", flush=True)
        serving.serve_forever()


if __name__ == "__main__":
    main()
