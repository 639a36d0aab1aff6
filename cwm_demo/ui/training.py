"""Chapter 04: the pipeline, a function on its way into a training sequence, and our own stages as logged."""

from __future__ import annotations

import streamlit as st

from cwm_demo.ui import training_curves, training_experiments, training_steps
from cwm_demo.ui.course import chapter
from cwm_demo.ui.figures import kept
from cwm_demo.ui.training_further import further_stages
from cwm_demo.ui.training_stages import corpus, costs_table, pipeline
from cwm_demo.ui.workpiece import workpiece


def training() -> None:
    with chapter("04") as c:
        c.prose("stages")
        st.html(pipeline(c.cite_html))
        c.prose("order")
        c.prose("why-mid")
        c.quiz("stage")
        c.prose("built")
        _, run = workpiece()
        c.prose("instrument")
        st.html(training_steps.instrument(run.source))
        c.prose("run")
        st.html(training_steps.frames(run))
        c.prose("interleave")
        st.html(training_steps.interleaved(run))
        c.prose("train")
        training_steps.train(run)
        c.quiz("weight")
        c.prose("ours")
        costs_table()
        kept(training_curves.losses)
        c.prose("further")
        kept(further_stages)
        c.prose("ablation")
        kept(training_curves.validation)
        training_curves.ablation()
        c.prose("fair")
        c.prose("mix")
        kept(training_experiments.mix)
        c.prose("number")
        kept(training_curves.traces)
        c.prose("number-caution")
        kept(training_experiments.growth)
        c.prose("budget")
        kept(training_experiments.budget)
        c.prose("window")
        training_experiments.window()
        c.prose("cost")
        corpus()
        c.quiz("barrier")
