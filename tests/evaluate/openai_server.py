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

Complete = Callable[[str, int, list[str]], str]  # prompt, most tokens, stop texts


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
            text = complete(prompt, question["max_tokens"], question.get("stop", []))
            choice = {"message": {"role": "assistant", "content": text}} if chat else {"text": text}
            self._say(200, {"choices": [{"index": 0, **choice}]})

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

    @torch.inference_mode()
    def complete(prompt: str, most: int, stop: list[str]) -> str:
        ids = tokenizer(prompt, return_tensors="pt").input_ids
        if tokenizer.bos_token_id is not None:
            ids = torch.cat([torch.tensor([[tokenizer.bos_token_id]]), ids], dim=1)
        output = model.generate(ids, max_new_tokens=most, do_sample=False)
        text = tokenizer.decode(output[0, ids.shape[1] :], skip_special_tokens=True)
        for end in stop:
            text = text.partition(end)[0]
        return text

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
