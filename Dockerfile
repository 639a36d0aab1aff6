# A Hugging Face Docker Space, or any host: docker build -t cwm-demo . && docker run -p 8501:8501 cwm-demo
FROM python:3.11-slim

# Spaces run as user id 1000 and keep no disk.
RUN useradd --create-home --uid 1000 user
USER user
ENV HOME=/home/user PATH=/home/user/.local/bin:$PATH PYTHONUNBUFFERED=1 HF_HUB_OFFLINE=1
WORKDIR /home/user/app

# Where pip looks for torch; an index of CPU builds keeps the image small. Empty: the default one.
ARG TORCH_INDEX=
COPY --chown=user requirements.txt .
RUN pip install --no-cache-dir --user ${TORCH_INDEX:+--index-url ${TORCH_INDEX}} \
      "$(sed -n 's/^\(torch==[^ ]*\).*/\1/p' requirements.txt)" \
 && pip install --no-cache-dir --user -r requirements.txt

COPY --chown=user . .
# A Space keeps no disk: without this every start would compile the app anew.
RUN python -m compileall -q cwm_demo
EXPOSE 8501
HEALTHCHECK CMD python -c "import urllib.request as u; u.urlopen('http://localhost:8501/_stcore/health')"
CMD ["python", "-m", "streamlit", "run", "app.py", "--server.port=8501", "--server.address=0.0.0.0"]
